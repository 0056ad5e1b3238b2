"""What an output is labelled with where the law asks for it: in its file, outside the manifest too.

The same properties are written twice: signed, as `cawg.metadata` in the manifest, and as XMP in the
file, for readers that know no C2PA. Both are written before the file is signed, so its hard binding
covers the XMP and the AIGC label. Nothing in them is personal.

Source: California Business and Professions Code 22757.3(b) (SB 942: provider, system and version,
time, identifier); IPTC Photo Metadata Standard 2025.1 (digital source type, AI system); PLUS LDF
(data mining); GB 45438-2025 (AIGC).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

# The name under which GB 45438 wants its label in the metadata of a file.
AIGC_TAG = "AIGC"
_AIGC_GENERATED = "1"  # As opposed to what is only possibly, or suspected of being, generated.
_PROHIBITED = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
_NAMESPACES = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# The form of a packet is fixed by ISO 16684-1; the id is the same in every file there is.
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">'
    '<rdf:Description rdf:about=""{said}/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of an output.

    Attributes:
        identifier: Its id.
        provider: Whoever runs the daemon.
        system: The engine that made it.
        version: Of the engine.
        digital_source_type: A term of the IPTC, as a URI.
        made_at: When; aware.
    """

    identifier: str
    provider: str
    system: str
    version: str
    digital_source_type: str
    made_at: datetime


def properties(label: Label) -> dict[str, str]:
    """Return a label as XMP properties, by their prefixed names."""
    return {
        "Iptc4xmpExt:AISystemUsed": label.system,
        "Iptc4xmpExt:AISystemVersionUsed": label.version,
        "Iptc4xmpExt:DigitalSourceType": label.digital_source_type,
        "dc:identifier": label.identifier,
        "photoshop:Credit": label.provider,
        "plus:DataMining": _PROHIBITED,
        "xmp:CreateDate": written(label.made_at),
    }


def json_ld(label: Label) -> dict[str, object]:
    """Return a label as JSON-LD, which is the form of `cawg.metadata`."""
    return {"@context": dict(_NAMESPACES), **properties(label)}


def xmp(label: Label) -> bytes:
    """Return a label as an XMP packet."""
    named = {f"xmlns:{prefix}": uri for prefix, uri in _NAMESPACES.items()}
    said = "".join(
        f" {name}={quoteattr(text)}" for name, text in {**named, **properties(label)}.items()
    )
    return _PACKET.format(rdf=_RDF, said=said).encode()


def aigc(label: Label, *, producer: str) -> str:
    """Return the implicit label of GB 45438: JSON, with the names that the standard gives.

    Args:
        label: What is said.
        producer: The name or code of the content producer.
    """
    said = {
        "Label": _AIGC_GENERATED,
        "ContentProducer": producer,
        "ProduceID": label.identifier,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def written(at: datetime) -> str:
    """Return a time to the second, in UTC, as manifests and XMP write it."""
    assert at.tzinfo is not None
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
