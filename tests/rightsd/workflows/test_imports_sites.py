"""Sites and files that state reservations: what becomes of them."""

from pathlib import Path
from typing import Any

import pytest

from rightsd.domain.evidence import Kind
from rightsd.domain.principal import Principal
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import works
from rightsd.workflows.imports import applying, preparing
from tests import people
from tests.rightsd.adapters.credentialed import sign, write_video
from tests.rightsd.adapters.loopback import reply
from tests.rightsd.workflows.importing import count, refused, tally

RESERVING = {"/robots.txt": reply(200, b"User-agent: GPTBot\nDisallow: /\n")}
PICTURE = (
    b'\xff\xd8\xff<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">'
    b'<a plus:DataMining="PROHIBITED"/></x:xmpmeta>'
)
ALLOWING = {"/robots.txt": reply(200, b"User-agent: *\nContent-Usage: train-ai=y\n")}


def test_a_site_that_reserves_is_opted_out_under_its_host_and_names(
    rt: Runtime, brand: Principal, survey: Any
) -> None:
    imported = survey(RESERVING, "Nebula Fox")

    assert tally(imported) == {"works": 1, "names": 2, "opted_out": 1}
    assert imported.evidence[0].kind is Kind.ROBOTS
    assert imported.evidence[0].fetched
    with rt.transaction() as tx:
        (work,) = works.mine(tx, brand)
    assert (work.kind.value, work.title) == ("site", "127.0.0.1")
    assert refused(rt, "a nebula fox")


def test_a_site_that_allows_registers_nothing(rt: Runtime, survey: Any) -> None:
    assert tally(survey(ALLOWING)) == {"unchanged": 1}
    assert count(rt)["works"] == 0
    assert count(rt)["evidence"] == 1


def test_a_site_that_says_nothing_is_an_error(rt: Runtime, survey: Any) -> None:
    before = count(rt)

    with pytest.raises(RightsError, match="nothing is said") as caught:
        survey({"/": reply(200, b"hello")})

    assert caught.value.code is Code.INVALID
    assert count(rt) == before


def test_what_a_site_no_longer_reserves_stays_until_its_owner_says_lift(
    rt: Runtime, survey: Any
) -> None:
    survey(RESERVING, "Nebula Fox")

    assert tally(survey(ALLOWING)) == {"kept": 1}
    assert refused(rt, "a nebula fox")
    assert tally(survey(ALLOWING, lift=True)) == {"lifted": 1}
    assert not refused(rt, "a nebula fox")


def test_an_opt_out_that_was_no_import_is_not_lifted_by_one(
    rt: Runtime, brand: Principal, survey: Any
) -> None:
    survey(RESERVING)
    survey(ALLOWING, lift=True)
    with rt.transaction() as tx:
        (work,) = works.mine(tx, brand)
        people.optout(tx, brand, work)

    assert tally(survey(ALLOWING, lift=True)) == {"kept": 1}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.ROBOTS, b"User-agent: CCBot\nDisallow: /"),
        (Kind.TDMREP, b'[{"location": "/", "tdm-reservation": 1}]'),
        (Kind.MEDIA, PICTURE),
    ],
)
def test_a_file_that_states_a_reservation_opts_out_what_it_is_about(
    rt: Runtime, brand: Principal, tmp_path: Path, kind: Kind, data: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)

    with preparing.from_statement(
        rt, brand, path, kind=kind, source="file", title="nebula.example", names=()
    ) as prepared:
        applying.keep(rt, prepared)
        with rt.transaction() as tx:
            imported = applying.apply(tx, brand, prepared, lift=False)

    assert tally(imported) == {"works": 1, "names": 1, "opted_out": 1}
    assert not imported.evidence[0].fetched
    assert refused(rt, "as in nebula.example")


def test_a_video_states_its_reservation_in_its_credentials(
    rt: Runtime, brand: Principal, tmp_path: Path
) -> None:
    plain, signed = tmp_path / "plain.mp4", tmp_path / "signed.mp4"
    write_video(plain)
    sign(rt.credentials, plain, signed)

    with preparing.from_statement(
        rt, brand, signed, kind=Kind.MEDIA, source="signed.mp4", title="Nebula", names=()
    ) as prepared:
        (document,) = prepared.documents

    assert "cawg" in {each.source.value for each in document.reservations}
    assert document.reserves


@pytest.mark.parametrize("data", [b"", b"hello", b"<x:xmpmeta", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_states_nothing_is_refused(
    rt: Runtime, brand: Principal, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)

    with (
        pytest.raises(RightsError) as caught,
        preparing.from_statement(
            rt, brand, path, kind=Kind.MEDIA, source="file", title="Nebula", names=()
        ),
    ):
        pass

    assert caught.value.code is Code.INVALID
