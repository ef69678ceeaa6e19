from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pinxit.domain.ids import PersonId
from pinxit.web.console.rendering import digest, place_name, short_name, version_of
from pinxit.web.console.static_files import accepts_gzip
from pinxit.wording.dates import clock, day
from tests.builders import a_finished_job, a_job

MOMENT = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)


def test_days_and_times_are_written_as_people_read_them() -> None:
    assert [day(locale, MOMENT) for locale in ("en", "de", "de-AT", "fr")] == [
        "1 March 2026",
        "1. März 2026",
        "1. März 2026",
        "1 March 2026",
    ]
    assert clock(MOMENT) == "09:05"


def test_a_version_changes_with_what_is_shown_and_with_nothing_else() -> None:
    job = a_finished_job()
    fields = {name: getattr(job, name) for name in job.__slots__}

    same = version_of(a_job(**{**fields, "tries": 2}))
    others = {
        version_of(a_job(**{**fields, **change}))
        for change in ({"images": ()}, {"private": True}, {"error_code": "moderated"}, {"cancel_wanted": True})
    }

    assert same == version_of(job)
    assert len(others - {same}) == 4


def test_a_page_is_known_by_its_messages_and_their_versions() -> None:
    shown = [("job-2", "v1"), ("job-1", "v1")]

    assert digest(shown) == digest(iter(shown))
    assert len({digest(shown), digest(shown[:1]), digest([("job-2", "v2"), ("job-1", "v1")]), digest([])}) == 4


def test_a_long_id_is_no_name() -> None:
    assert short_name(PersonId("api:-0cUu-4vhxq7WCuacMr6CP"), "en") == "api:-0cUu-4vhxq7WCuacMr…"


@pytest.mark.parametrize(
    ("said", "takes"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("", False), ("br", False), ("gzip;q=0, identity", False)],
)
def test_gzip_is_sent_to_who_takes_it(said: str, *, takes: bool) -> None:
    assert accepts_gzip(said) is takes


def test_the_operators_own_person_and_channel_have_names_of_their_own() -> None:
    assert short_name(PersonId("local"), "en") == "Operator"
    assert short_name(PersonId("local"), "de") == "Betreiber"
    assert place_name("local", "local", "en") == "Studio"
    assert place_name("local", "Foxes & Co", "en") == "Foxes & Co"
    assert place_name("discord:1", "discord:1", "en") == "discord:1"
