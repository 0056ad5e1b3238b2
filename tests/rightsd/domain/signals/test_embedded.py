"""Signals that files carry: XMP and Content Credentials."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain.signals import cawg, xmp
from rightsd.domain.signals.reservation import SignalError

PLUS = 'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
DMI = "http://ns.useplus.org/ldf/vocab/DMI-"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def packet(attributes: str = "", elements: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" {PLUS} {RDF} xmlns:tdm="http://www.w3.org/ns/tdmrep#">'
        f"<rdf:RDF><rdf:Description {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def said(data: bytes) -> list[dict[str, str]]:
    return [{use.value: stance.value for use, stance in r.uses.items()} for r in xmp.parse(data)]


@pytest.mark.parametrize(
    ("attributes", "elements"),
    [
        (f'plus:DataMining="{DMI}PROHIBITED-AIMLTRAINING"', ""),
        ("", f"<plus:DataMining>{DMI}PROHIBITED-AIMLTRAINING</plus:DataMining>"),
        ("", f'<plus:DataMining rdf:resource="{DMI}PROHIBITED-AIMLTRAINING"/>'),
        ('plus:DataMining="PROHIBITED-AIMLTRAINING"', ""),
    ],
)
def test_the_data_mining_property_is_read_however_it_is_written(
    attributes: str, elements: str
) -> None:
    assert said(packet(attributes, elements)) == [{"train": "deny"}]


@pytest.mark.parametrize("word", ["UNSPECIFIED", "OTHER", ""])
def test_unspecified_says_nothing(word: str) -> None:
    assert said(packet(f'plus:DataMining="{DMI}{word}"')) == []


def test_the_other_values_mean_what_they_say() -> None:
    meant = {word: said(packet(f'plus:DataMining="{DMI}{word}"'))[0] for word in xmp._MEANINGS}

    assert meant["ALLOWED"]["train"] == "allow"
    assert set(meant["PROHIBITED"].values()) == {"deny"}
    assert meant["PROHIBITED-EXCEPTSEARCHENGINEINDEXING"]["search"] == "allow"
    assert meant["PROHIBITED-SEECONSTRAINT"]["train"] == "constrained"


def test_tdmrep_in_xmp_is_read() -> None:
    (found,) = xmp.parse(packet('tdm:reservation="1" tdm:policy="https://example.org/p"'))

    assert found.reserves
    assert found.policy_url == "https://example.org/p"


def test_packets_are_found_among_other_bytes() -> None:
    one = packet()

    assert xmp.packets(b"\xff\xd8" + one + bytes(100) + one + b"\xff") == [one, one]
    assert xmp.packets(b"") == []


@pytest.mark.parametrize(
    "data",
    [
        xmp.BEGIN,
        xmp.BEGIN + bytes(xmp.PACKET_BYTES_MAX) + xmp.END,
        packet() * (xmp.PACKETS_MAX + 1),
        xmp.BEGIN * 100_000,
    ],
)
def test_a_packet_without_an_end_and_too_many_are_refused(data: bytes) -> None:
    with pytest.raises(SignalError):
        xmp.packets(data)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_packet_is_read_or_refused(data: bytes, place: int) -> None:
    one = packet(f'plus:DataMining="{DMI}PROHIBITED"')
    try:
        for found in xmp.packets(one[:place] + data + one[place:]):
            xmp.parse(found)
    except SignalError:
        pass


def store(entries: object, label: str = "cawg.training-mining") -> str:
    assertions = {label: {"entries": entries}}
    return json.dumps(
        {"manifests": [{"label": "urn:b"}, {"label": "urn:a", "assertions": assertions}]}
    )


def entries(crjson: str) -> dict[str, str]:
    return {use.value: s.value for r in cawg.parse(crjson, "urn:a") for use, s in r.uses.items()}


def test_the_training_and_mining_assertion_is_read() -> None:
    found = entries(
        store(
            {
                "cawg.data_mining": {"use": "allowed"},
                "cawg.ai_training": {"use": "notAllowed"},
                "cawg.ai_inference": {"use": "constrained", "constraint_info": "ask"},
                "cawg.ai_generative_training": {"use": "constrained"},
                "cawg.other": {"use": "notAllowed"},
            }
        )
    )

    assert found == {"mine": "allow", "train": "deny", "input": "constrained", "generate": "deny"}


def test_only_the_active_manifest_speaks_for_the_file() -> None:
    crjson = store({"cawg.ai_training": {"use": "notAllowed"}})

    assert cawg.parse(crjson, "urn:b") == ()
    assert cawg.parse(crjson, "urn:c") == ()


@pytest.mark.parametrize("crjson", ["", "[" * 100_000, " " * (cawg.CHARS_MAX + 1)])
def test_what_is_no_manifest_is_refused(crjson: str) -> None:
    with pytest.raises(SignalError):
        cawg.parse(crjson, "urn:a")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["manifests", "label", "use", "cawg.ai_training"]), inner)
    ),
)


@given(JSON)
def test_manifests_of_any_shape_are_read(value: object) -> None:
    assert cawg.parse(json.dumps(value), "urn:a") == ()
    cawg.parse(store(value), "urn:a")
    cawg.parse(store({"cawg.ai_training": value}), "urn:a")
