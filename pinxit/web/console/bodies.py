"""What the pages send, and what they are answered."""

from __future__ import annotations

from pinxit.web.schemas import Answered, Sent


class SendBody(Sent):
    """What was typed and attached. `key`: makes sending it again harmless."""

    text: str
    key: str | None = None
    images: list[str] | None = None
    mask: str | None = None
    style_image: str | None = None


class ActBody(Sent):
    """A button. `index`: of the picture, from 0."""

    act: str
    job: str
    index: int | None = None
    value: str = ""
    key: str | None = None


class ReadBody(Sent):
    """The newest job that was seen."""

    job: str


class ChannelBody(Sent):
    """A channel to be made."""

    name: str


class SettingsBody(Sent):
    """What a person sets; null and "" leave it to others."""

    name: str = ""
    locale: str = ""
    count: int | None = None
    aspect: str | None = None
    generator: str | None = None
    negative_prompt: str = ""
    enhance: str | None = None
    private: bool = False


class InspectBody(Sent):
    """A file, as base64."""

    image: str


class AnswerOut(Answered):
    """What came of it. `said`: for the person's eyes; `page`: an address to look at; `refill`: for the command box.

    `keeps`: with what was attached. `hints`: the part of `said` that the jobs' messages do not say.
    """

    said: str
    jobs: list[str]
    page: str
    refill: str
    keeps: bool
    hints: list[str]


class PriceOut(Answered):
    """What a text would cost, also in words; null and "" where that cannot be told. `left`: of the person's limits."""

    credits: float | None
    jobs: int
    price: str
    left: str


class ChannelOut(Answered):
    """Where the new channel is."""

    url: str
