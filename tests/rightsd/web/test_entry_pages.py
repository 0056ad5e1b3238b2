"""Audit: looking through the log, one entry with its proof, and taking it home."""

import html
import io
import re
import tarfile

import pytest
from fastapi import FastAPI

from ledger import note, proof
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal import entries as page
from rightsd.workflows import checkpoints
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def aud(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.AUDITOR, address="aud@example.org", name="Aud")


@pytest.fixture
def clip(rt: Runtime) -> str:
    """A clip that the log tells of."""
    with rt.transaction() as tx:
        generation_id = people.published(tx, people.account(tx, Role.CREATOR)).id
    checkpoints.sequence(rt)
    return generation_id


def part(text: str, name: str) -> str:
    """Return what an element of a page holds."""
    found = re.search(rf'id="{name}"[^>]*>(.*?)</', text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_entries_are_listed_sought_and_led_to(aud: Browser, clip: str) -> None:
    everything, about = aud.get("/audit"), aud.get(f"/audit?sought={clip}")

    (published,) = re.findall(
        r'href="(/audit/[0-9]+)">[^<]*</a></th><td[^>]*><code>generation.published', about.text
    )
    entry = aud.get(published)
    event_id = re.search(r"evt_[0-9a-f]{32}", entry.text)
    assert event_id is not None
    assert clip in everything.text
    assert "account.opened" in everything.text
    assert "account.opened" not in about.text
    assert aud.get(f"/audit?sought={event_id[0]}").headers["location"] == published
    assert aud.get("/audit?sought=0").headers["location"] == "/audit/0"


def test_an_entry_carries_what_proves_it(rt: Runtime, aud: Browser, clip: str) -> None:
    (path,) = re.findall(
        r'href="(/audit/[0-9]+)">[^<]*</a></th><td[^>]*><code>generation.published',
        aud.get(f"/audit?sought={clip}").text,
    )

    shown = aud.get(path).text

    keys = [note.parse_vkey(vkey) for vkey in part(shown, "vkeys").split()]
    head = proof.verify(part(shown, "proof").encode(), part(shown, "entry").encode(), keys[0])
    assert head.size > 1
    assert keys[0].vkey == rt.log_keys.make(1).vkey
    assert re.search(r'<script type="module" src="/static/proofs.js" nonce="[^"]+">', shown)


@pytest.mark.parametrize(
    "sought",
    ["gen_" + "0" * 32, "evt_" + "0" * 32, "999999", "nonsense", "<script>alert(1)</script>", "٣"],
)
def test_what_the_log_does_not_tell_of_is_not_found(aud: Browser, clip: str, sought: str) -> None:
    shown = aud.client.get("/audit", params={"sought": sought})

    assert shown.status_code == 200
    assert "tells of no such thing" in shown.text
    assert "<script>alert" not in shown.text


@pytest.mark.parametrize("index", ["999999", "-1", "x", "9" * 30, "%00"])
def test_entries_that_are_not_there_are_not_found(aud: Browser, clip: str, index: str) -> None:
    assert aud.get(f"/audit/{index}").status_code == 404
    assert aud.get(f"/audit?below={index}").status_code in ({200} if index == "999999" else {404})


def test_an_empty_log_says_so(aud: Browser) -> None:
    shown = aud.get("/audit")

    assert "The log has no entry yet." in shown.text
    assert aud.get("/audit/0").status_code == 404


def test_a_long_log_has_pages(
    rt: Runtime, aud: Browser, clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE_MAX", 2)
    with rt.transaction() as tx:
        size = checkpoints.counts(tx).entries

    for start, least in (("/audit", size), (f"/audit?sought={clip}", 2)):
        path, seen = start, list[str]()
        while path:
            shown = aud.get(path).text
            seen += re.findall(r'href="/audit/([0-9]+)">[^<]*</a></th>', shown)
            further = re.search(r'rel="next" href="([^"]+)"', shown)
            path = html.unescape(further[1]) if further else ""
        assert seen == sorted(set(seen), key=int, reverse=True)
        assert len(seen) >= least


def test_a_bundle_is_taken_whole_or_in_part(
    app: FastAPI, rt: Runtime, aud: Browser, clip: str
) -> None:
    whole = aud.get("/audit/export")
    some = aud.get(f"/audit/export?start=&end=&subject={clip}&case=")
    reviewer = browser_of(app, rt, Role.REVIEWER, address="rev@example.org")

    for answer in (whole, some):
        assert answer.headers["content-type"] == "application/x-tar"
        with tarfile.open(fileobj=io.BytesIO(answer.content)) as bundle:
            assert "bundle.json" in bundle.getnames()
    assert len(some.content) != len(whole.content)
    assert aud.get("/audit/export?start=x").status_code == 404
    assert aud.get("/audit/export?start=5&end=1").status_code == 422
    assert "/audit/export" in aud.get("/audit").text
    assert "/audit/export" not in reviewer.get("/audit").text
    assert reviewer.get("/audit/export").status_code == 403


@pytest.mark.parametrize("role", [Role.PERSON, Role.CREATOR, Role.RIGHTS_HOLDER, Role.PLATFORM])
def test_the_explorer_is_for_auditors_and_staff(
    app: FastAPI, rt: Runtime, clip: str, role: Role
) -> None:
    browser = browser_of(app, rt, role)

    for path in ("/audit", "/audit/0", "/audit/export"):
        assert browser.get(path).status_code == 403
