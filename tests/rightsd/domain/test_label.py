import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from rightsd.domain import label
from rightsd.domain.label import Label

EXAMPLES = Path(__file__).parents[4] / "shared/standards/data/optout/examples"
ODD = """<b onload="x()">'&; DROP TABLE output; -- 映像"""
LABEL = Label(
    identifier="gen_1",
    provider=ODD,
    system="procedural",
    version="1",
    digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    made_at=datetime(2026, 11, 23, 1, 2, 3, 999_999, tzinfo=UTC),
)
DESCRIPTION = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"


def read(packet: bytes) -> dict[str, str]:
    """The properties of a packet by their full names, as any reader of XML sees them."""
    (said,) = ET.fromstring(packet).iter(DESCRIPTION)
    return dict(said.attrib)


def test_the_packet_and_the_manifest_say_the_same() -> None:
    signed = label.json_ld(LABEL)

    shown = read(label.xmp(LABEL))

    context = signed.pop("@context")
    assert isinstance(context, dict)
    expanded = {
        f"{{{context[prefix]}}}{name}": text
        for key, text in signed.items()
        for prefix, name in [key.split(":")]
    }
    rdf = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
    assert shown == {**expanded, f"{rdf}about": ""}


def test_it_says_who_provides_it_what_made_it_when_and_its_id() -> None:
    said = label.properties(LABEL)

    assert said["photoshop:Credit"] == ODD
    assert said["Iptc4xmpExt:AISystemUsed"] == "procedural"
    assert said["Iptc4xmpExt:AISystemVersionUsed"] == "1"
    assert said["xmp:CreateDate"] == "2026-11-23T01:02:03Z"
    assert said["dc:identifier"] == "gen_1"
    assert said["Iptc4xmpExt:DigitalSourceType"].endswith("/algorithmicMedia")


def test_the_label_for_china_has_the_names_and_types_of_the_standard() -> None:
    said = json.loads(label.aigc(LABEL, producer="001191110108EXAMPLE0000"))

    assert said["Label"] == "1"
    assert said["ContentProducer"] == "001191110108EXAMPLE0000"
    assert said["ProduceID"] == "gen_1"
    assert {type(value) for value in said.values()} == {str}


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples are not here")
def test_the_label_for_china_is_as_the_example() -> None:
    example = json.loads((EXAMPLES / "gb45438-aigc-video.json").read_text())

    said = json.loads(label.aigc(LABEL, producer=example["ContentProducer"]))

    assert said == example | {"ProduceID": "gen_1"}
