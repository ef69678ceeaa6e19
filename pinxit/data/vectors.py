"""What a vector picture is, after a check that it can do nothing but be looked at."""

from __future__ import annotations

import hashlib
import re
from xml.parsers import expat

from pinxit.data.pictures import NotAPicture, Picture

MEDIA_TYPE = "image/svg+xml"
_MAX_BYTES = 1_048_576
_MAX_ELEMENTS = 10_000
_MAX_DEPTH = 32
_SPACE = "http://www.w3.org/2000/svg "  # Expat puts a name's namespace before it, apart by what we chose.
# SVG 2's elements that draw; none of them loads, runs, links, animates or embeds anything.
_ELEMENTS = """svg g defs title desc linearGradient radialGradient stop rect circle ellipse line polyline polygon
    path text tspan clipPath"""
_ATTRIBUTES = """id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox preserveAspectRatio
    transform offset gradientUnits gradientTransform spreadMethod fill fill-opacity fill-rule stroke stroke-width
    stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stop-color stop-opacity opacity clip-path clip-rule
    font-family font-size font-weight font-style letter-spacing text-anchor dominant-baseline direction unicode-bidi
    role aria-label"""
_OWN_PART = re.compile(r"url\(#[A-Za-z][\w-]*\)")
_LENGTH = re.compile(r"[1-9][0-9]{0,5}")


def read_vector(data: bytes, *, max_pixels: int) -> Picture:
    """Return what an SVG file is; its pixels' digest is that of its bytes. Raises NotAPicture.

    Only elements and attributes that draw are taken: no script, link, style sheet, animation, picture, foreign
    element, document type, entity or processing instruction, and no address but of the file's own parts.
    """
    if len(data) > _MAX_BYTES:
        raise NotAPicture(f"it has {len(data)} bytes; an SVG file may have {_MAX_BYTES}")
    check = _Check()
    try:
        data.decode("utf-8")
        check.parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords; this is the whole file
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise NotAPicture("it is not well-formed XML in UTF-8") from error
    width, height = check.size_px
    if width * height > max_pixels:
        raise NotAPicture(f"it has {width}×{height} pixels; at most {max_pixels} are allowed")
    digest = hashlib.sha256(data).hexdigest()
    return Picture(MEDIA_TYPE, width, height, len(data), digest, digest)


class _Check:
    """Hears what stands in the file, and stops at the first thing that has no place in a picture."""

    def __init__(self) -> None:
        self.size_px = (0, 0)
        self._depth = self._elements = 0
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        own = name.removeprefix(_SPACE)
        if own == name or own not in _ELEMENTS.split():
            raise NotAPicture("an element in it is none that draws")
        if (own == "svg") != (self._depth == 0):
            raise NotAPicture("svg is not its one root")
        self._depth, self._elements = self._depth + 1, self._elements + 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise NotAPicture(f"it has more than {_MAX_ELEMENTS} elements or {_MAX_DEPTH} levels")
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)
        if self._depth == 1:
            self.size_px = _length(attributes.get("width", "")), _length(attributes.get("height", ""))

    def _close(self, name: str) -> None:
        del name
        self._depth -= 1

    def _doctype(self, *declared: object) -> None:
        del declared
        raise NotAPicture("it has a document type")

    def _instruction(self, target: str, data: str) -> None:
        del target, data
        raise NotAPicture("it has a processing instruction")


def _check_attribute(name: str, value: str) -> None:
    if name not in _ATTRIBUTES.split():
        raise NotAPicture("an attribute in it is none that draws")
    if "(" in _OWN_PART.sub("", value) and name not in ("transform", "gradientTransform"):
        raise NotAPicture("an attribute in it names something outside")


def _length(text: str) -> int:
    if not _LENGTH.fullmatch(text):
        raise NotAPicture("its width and height are not whole pixels")
    return int(text)
