"""XMP packets: ours, alone or joined to the one that a file has already.

Source: ISO 16684-1:2019 (XMP data model and serialization); IPTC Photo Metadata Standard 2025.1, Digital Source Type.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.dom import minidom
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape, quoteattr

from pinxit import __version__
from pinxit.provenance.source_type import named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.dom.minidom import Document, Element, Node

    from pinxit.provenance.marks import Marks
    from pinxit.provenance.source_type import SourceType

NAMESPACE = "urn:pinxit:1#"
SOFTWARE = f"Pinxit {__version__}"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
XMP = "http://ns.adobe.com/xap/1.0/"
_META = "adobe:ns:meta/"
# ISO 16684-1 §7.3.2: the id is the same in every packet. "r": nobody is invited to edit it in place.
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_TAIL = '<?xpacket end="r"?>'
_MAX_JOINED_BYTES = 128 * 1024  # Real packets have a few KiB,
_MAX_LEVELS = 50  # and a dozen levels at most.
# XML 1.0 §2.2 takes none of them, escaped or not, or (7F to 9F) advises against them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def packets(existing: bytes | None, marks: Marks, record: str) -> tuple[bytes, ...]:
    """Return packets with the marks, the fullest first: what the file says already, its record, the marks alone.

    `existing`: the file's own packet; what cannot be read of it, or speaks of another picture, is left out.
    `record`: JSON for `pinxit:request`, or "". There is never more than one packet to write.
    """
    tries: list[bytes | None] = []
    for text in (record, "") if record else ("",):
        tries += [None if existing is None else _join(existing, marks, text), _packet(metadata(marks, text))]
    return tuple(packet for packet in tries if packet is not None)


def is_ours(packet: bytes | None) -> bool:
    """Tell whether Pinxit wrote into this packet before."""
    return packet is not None and NAMESPACE.encode() in packet


def source_type(packet: bytes | None) -> SourceType | None:
    """Return the Digital Source Type that a packet names, or None."""
    document = None if packet is None else _parse(packet)
    return None if document is None else named(next(_values(document, IPTC, "DigitalSourceType"), ""))


def request(packet: bytes) -> str | None:
    """Return what the packet holds as `pinxit:request`, or None."""
    document = _parse(packet)
    return None if document is None else next(_values(document, NAMESPACE, "request"), None)


def metadata(marks: Marks, record: str) -> str:
    """Return the marks as an `x:xmpmeta` element, to stand inside other XML."""
    description = _description(_properties(marks, record))
    return f'<x:xmpmeta xmlns:x="{_META}"><rdf:RDF xmlns:rdf="{RDF}">{description}</rdf:RDF></x:xmpmeta>'


def _properties(marks: Marks, record: str) -> dict[str, str]:
    """Return our properties by their qualified names."""
    properties = {
        "Iptc4xmpExt:DigitalSourceType": marks.source_type.uri,
        "xmp:CreatorTool": SOFTWARE,
        "pinxit:job": marks.job,
        "pinxit:image": marks.image,
    }
    return {**properties, "pinxit:request": record} if record else properties


def _description(properties: dict[str, str], about: str = "") -> str:
    names = {"Iptc4xmpExt": IPTC, "xmp": XMP, "pinxit": NAMESPACE}
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    said = "".join(f"<{name}>{escape(clean(value))}</{name}>" for name, value in properties.items())
    return f'<rdf:Description xmlns:rdf="{RDF}" rdf:about={quoteattr(about)} {declared}>{said}</rdf:Description>'


def _packet(meta: str) -> bytes:
    return f"{_HEAD}{meta}{_TAIL}".encode()


def clean(text: str) -> str:
    """Return the text without the characters that XML does not take."""
    return _NOT_XML.sub("", text)


def _join(existing: bytes, marks: Marks, record: str) -> bytes | None:
    """Return the file's packet with our description added, or None where it cannot be read."""
    document = _parse(existing)
    if document is None:
        return None
    graph = next(iter(document.getElementsByTagNameNS(RDF, "RDF")), None)
    root = document.documentElement
    if graph is None or root is None:
        return None
    theirs = list(_descriptions(document))
    properties = _properties(marks, record)
    said = named(next(_values(document, IPTC, "DigitalSourceType"), ""))
    if is_ours(existing):
        _drop(theirs, XMP, "CreatorTool")
        _drop(theirs, NAMESPACE, None)
    elif next(_values(document, XMP, "CreatorTool"), ""):
        del properties["xmp:CreatorTool"]
    if said is not None and said.is_generative and not is_ours(existing):
        del properties["Iptc4xmpExt:DigitalSourceType"]  # Its generator knows best.
    else:
        _drop(theirs, IPTC, "DigitalSourceType")
    # All descriptions of one packet are about the same thing, under whatever name.
    about = next((each.getAttributeNS(RDF, "about") for each in theirs if each.hasAttributeNS(RDF, "about")), "")
    ours = minidom.parseString(_description(properties, clean(about))).documentElement  # noqa: S318 - our own
    assert ours is not None  # noqa: S101 - written just now
    graph.appendChild(document.importNode(ours, deep=True))
    return _packet(root.toxml())


def _parse(packet: bytes) -> Document | None:
    """Return a packet as XML, or None where it is none that could be joined."""
    if len(packet) > _MAX_JOINED_BYTES:
        return None
    try:
        text = packet.decode().strip("\ufeff\0 \t\r\n")
        # Entities are declared in a DOCTYPE, and no XMP needs one.
        document = None if "<!DOCTYPE" in text else minidom.parseString(text)  # noqa: S318 - small, without a DOCTYPE
    except (ExpatError, ValueError):
        return None
    return document if document is not None and _is_flat(document) else None


def _is_flat(document: Document) -> bool:
    """Tell whether the tree is so flat that minidom, which calls itself for every level, can walk it."""
    level: list[Node] = [document]
    for _ in range(_MAX_LEVELS):
        level = [child for node in level for child in node.childNodes]
        if not level:
            return True
    return False


def _descriptions(document: Document) -> Iterator[Element]:
    for graph in document.getElementsByTagNameNS(RDF, "RDF"):
        for node in graph.childNodes:
            if node.nodeType == node.ELEMENT_NODE and (node.namespaceURI, node.localName) == (RDF, "Description"):
                yield node


def _values(document: Document, namespace: str, name: str) -> Iterator[str]:
    """Yield a simple property's values, written as an attribute, as an element, or as an element's resource."""
    for each in _descriptions(document):
        if each.hasAttributeNS(namespace, name):
            yield each.getAttributeNS(namespace, name)
        for node in each.childNodes:
            if node.nodeType == node.ELEMENT_NODE and (node.namespaceURI, node.localName) == (namespace, name):
                yield node.getAttributeNS(RDF, "resource") or "".join(
                    text.data for text in node.childNodes if text.nodeType == text.TEXT_NODE
                )


def _drop(descriptions: list[Element], namespace: str, name: str | None) -> None:
    """Take a property away, or (None) all of a namespace."""
    for each in descriptions:
        for attribute in list(each.attributes.values()):
            if attribute.namespaceURI == namespace and name in (None, attribute.localName):
                each.removeAttributeNode(attribute)
        for node in list(each.childNodes):
            if node.nodeType == node.ELEMENT_NODE and node.namespaceURI == namespace and name in (None, node.localName):
                each.removeChild(node)
