"""Checking the receipt of a verification: every part of it, changed by anyone or by its issuer."""

import base64
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger import checkpoint, entry, merkle, note
from ledger import policy as policies
from ledger import proof as tlog
from ledger.checkpoint import Checkpoint
from rightsd.adapters import jose
from rightsd.domain import verification
from rightsd.domain.events import Event
from rightsd.domain.proof import CONSENT_TYP, Issuer
from rightsd.domain.verdict import Kind
from rightsd.domain.verification import Logged, Receipt
from rightsd.errors import Code, RightsError
from rightsd.workflows import proofs
from rightsd.workflows.proofs import Given, Proven
from tests.rightsd.adapters.signing import signer

SPECS = Path(__file__).parents[3] / "api-specs" / "vectors"
VECTORS = json.loads((SPECS / "verification-receipt.json").read_text())
NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
ISSUER, OTHER = signer(7), signer(8)
US = Issuer("https://rights.example", "Someone Ltd.")
LOG = note.Ed25519Signer("rights.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
STRANGER = note.Ed25519Signer(LOG.name, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
DIGEST, ELSE = "ab" * 32, "cd" * 32
PUBLISHED = Event("generation.published", "gen_1", NOW, {"sha256": DIGEST}, "evt_1")
WITHDRAWN = Event("generation.withdrawn", "gen_1", NOW, {}, "evt_2")

Change = Callable[[dict[str, Any]], None]


def trust(*signers: note.Ed25519Signer) -> policies.Policy:
    logs = tuple(policies.Log(note.parse_vkey(one.vkey)) for one in signers)
    return policies.Policy(logs, (), (), policies.NONE)


def logged(*events: Event, by: note.Ed25519Signer = LOG) -> tuple[str, tuple[Logged, ...]]:
    """Return the checkpoint of a log of two entries, and the proofs of these events in it."""
    bodies = [entry.encode(event.body()) for event in (*events, *[PUBLISHED] * (2 - len(events)))]
    leaves = [merkle.hash_leaf(body) for body in bodies]
    head = Checkpoint(by.name, 2, merkle.hash_children(*leaves))
    signed = checkpoint.sign(head, by)
    proven = (
        Logged(body, tlog.encode(tlog.Proof(index, (leaves[1 - index],), signed)))
        for index, body in enumerate(bodies[: len(events)])
    )
    return signed.decode(), tuple(proven)


def receipt(*events: Event, **change: Any) -> Receipt:
    head, entries = logged(*events)
    said = Receipt(
        sha256=DIGEST,
        verdict=Kind.GENUINE,
        reasons=("it is",),
        grounds=(),
        layers="all",
        compared=True,
        matched=("manifest",),
        generation_id="gen_1",
        state="trusted",
        trusted_now=True,
        trusted_then=None,
        exact=True,
        as_of=NOW,
        checkpoint=head,
        entries=entries,
    )
    return replace(said, **change)


NOTHING = {
    "verdict": Kind.UNKNOWN,
    "generation_id": None,
    "matched": (),
    "exact": False,
    "entries": (),
}
GOOD = receipt(PUBLISHED, WITHDRAWN, verdict=Kind.WITHDRAWN)


def signed(claims: Mapping[str, object], by: jose.Signer = ISSUER) -> str:
    return jose.sign(by, verification.TYP, claims)


def check(text: str, by: policies.Policy = trust(LOG)) -> Proven:  # noqa: B008 -- It is frozen.
    issuer = Given(jose.key_set([ISSUER.public]))
    checked = proofs.check(text, issuer, fetch=lambda url, _: url.encode(), now=NOW)
    return proofs.require_logged(checked, by)


def refused(text: str, by: policies.Policy = trust(LOG)) -> str:  # noqa: B008 -- It is frozen.
    with pytest.raises(RightsError) as caught:
        check(text, by)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


def claims_of(said: Receipt) -> dict[str, Any]:
    return json.loads(json.dumps(verification.claims(said, US)))


@pytest.mark.parametrize(
    "said",
    [
        GOOD,
        receipt(PUBLISHED),
        receipt(**NOTHING),
        receipt(**NOTHING | {"checkpoint": None}),
        receipt(PUBLISHED, exact=False, sha256=ELSE, verdict=Kind.STRIPPED),
    ],
    ids=["withdrawn", "published", "nothing", "no log", "a copy"],
)
def test_a_receipt_says_what_was_said_and_the_log_bears_it_out(said: Receipt) -> None:
    proven = check(signed(claims_of(said)))

    assert proven.receipt == said
    assert [event.subject for _, event in proven.entries] == ["gen_1"] * len(said.entries)
    assert (proven.origin is None) == (said.checkpoint is None)


def members(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return where something is that can be changed."""
    if isinstance(value, dict):
        return [deep for name, each in value.items() for deep in members(each, (*path, name))]
    if isinstance(value, list) and value:
        return [deep for name, each in enumerate(value) for deep in members(each, (*path, name))]
    return [path]


def another(value: object) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case _:
            return ["x"]


CLAIMS = claims_of(GOOD)


@pytest.mark.parametrize("path", members(CLAIMS), ids=str)
def test_whoever_changes_any_part_breaks_the_signature(path: tuple[Any, ...]) -> None:
    head, _, signature = signed(CLAIMS).split(".")
    changed = claims_of(GOOD)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = another(holder[path[-1]])
    text = f"{head}.{jose.encode(jose.write(changed))}.{signature}"

    assert changed != CLAIMS
    assert "not that of the key" in refused(text)


def test_nobody_elses_signature_counts() -> None:
    assert "no key that the issuer publishes" in refused(signed(CLAIMS, OTHER))


def put(*path: Any, value: object) -> Change:
    def change(claims: dict[str, Any]) -> None:
        holder = claims
        for name in path[:-1]:
            holder = holder[name]
        holder[path[-1]] = value

    return change


def drop(*path: Any) -> Change:
    def change(claims: dict[str, Any]) -> None:
        holder = claims
        for name in path[:-1]:
            holder = holder[name]
        del holder[path[-1]]

    return change


def swap(which: str) -> Change:
    def change(claims: dict[str, Any]) -> None:
        first, second = claims["log"]["entries"]
        first[which], second[which] = second[which], first[which]

    return change


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("sha256", value=ELSE), "another digest"),
        (put("generation_id", value="gen_2"), "about another output"),
        (put("generation_id", value=None), "names no output"),
        (put("verdict", value="genuine"), "and the log that it was withdrawn"),
        (put("as_of", value="2030-01-02T03:00:00.000000Z"), "younger"),
        (put("log", "entries", value=[]), "had no entry of this output yet"),
        (put("log", "checkpoint", value=None), "had no entry of this output yet"),
        (put("log", "checkpoint", value=logged(PUBLISHED)[0]), "does not rest on this checkpoint"),
        (put("log", "checkpoint", value=logged(WITHDRAWN, by=STRANGER)[0]), "not good"),
        (put("log", "checkpoint", value="x"), "not good"),
        (put("log", "entries", 0, "entry", value=in_base64(b"{}")), "not good"),
        (put("log", "entries", 0, "proof", value=in_base64(b"x")), "not good"),
        (put("log", "entries", 0, "proof", value="?"), "not base64"),
        (put("log", "entries", 0, value=[]), "an entry is missing"),
        (put("log", "entries", value=[{}] * 3), "at most 2"),
        (drop("log", "entries", 0), "others than the publication"),
        (swap("entry"), "not good"),
        (swap("proof"), "not good"),
        (lambda claims: claims["log"]["entries"].reverse(), "others than the publication"),
    ],
)
def test_what_the_issuer_says_and_the_log_does_not_is_not_good(change: Change, words: str) -> None:
    changed = claims_of(GOOD)
    change(changed)

    assert words in refused(signed(changed))


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": Kind.GENUINE},
        {"verdict": Kind.STRIPPED},
        {"matched": ("manifest",)},
        {"entries": GOOD.entries},
    ],
)
def test_a_file_that_is_said_to_be_an_output_names_it(change: dict[str, Any]) -> None:
    said = receipt(**NOTHING | {"checkpoint": GOOD.checkpoint} | change)

    assert "names no output" in refused(signed(claims_of(said)))


def test_an_entry_of_another_output_proves_nothing() -> None:
    of_another = replace(PUBLISHED, subject="gen_2")

    assert "about another output" in refused(signed(claims_of(receipt(of_another))))


def test_the_log_is_known_by_the_readers_key_alone() -> None:
    text = signed(CLAIMS)

    assert "not good" in refused(text, trust(STRANGER))
    assert "not one of the policy" in refused(text, trust(replace(LOG, name="other.example/log")))


@pytest.mark.parametrize("path", [path for path in members(CLAIMS) if path[0] != "iss"])
def test_what_is_no_receipt_is_not_good(path: tuple[Any, ...]) -> None:
    changed = claims_of(GOOD)
    put(*path, value={"not": "this"})(changed)

    assert refused(signed(changed))


@pytest.mark.parametrize("name", sorted(set(CLAIMS) - {"iss"}))
def test_what_lacks_a_part_is_not_good(name: str) -> None:
    changed = claims_of(GOOD)
    del changed[name]

    assert refused(signed(changed))


def test_a_receipt_of_something_else_is_none() -> None:
    frame = {name: CLAIMS[name] for name in ("iss", "iat", "exp")}

    said = refused(jose.sign(ISSUER, CONSENT_TYP, frame))

    assert said == "this is a receipt of a consent, and none of a verification"


def test_it_ends_when_its_key_need_not_be_published_any_more() -> None:
    issuer = Given(jose.key_set([ISSUER.public]))
    later = NOW + timedelta(days=366)

    with pytest.raises(RightsError, match="ran out"):
        proofs.check(signed(CLAIMS), issuer, fetch=lambda url, _: url.encode(), now=later)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_published_receipts_are_as_it_is_said_of_them(case: dict[str, Any]) -> None:
    vkey = note.parse_vkey(VECTORS["vkey"])
    by = policies.Policy((policies.Log(vkey),), (), (), policies.NONE)
    keys, now = Given(jose.write(VECTORS["keys"])), datetime.fromisoformat(VECTORS["now"])

    def checked() -> Receipt:
        found = proofs.check(case["receipt"], keys, fetch=lambda url, _: url.encode(), now=now)
        return proofs.require_logged(found, by).receipt

    if case["verdict"] is None:
        with pytest.raises(RightsError):
            checked()
    else:
        assert checked().verdict == case["verdict"]
        assert checked().sha256 == VECTORS["sha256"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.data())
def test_no_claims_do_more_than_not_parse(data: st.DataObject) -> None:
    changed = claims_of(GOOD)
    for path in data.draw(st.lists(st.sampled_from(members(CLAIMS)), min_size=1, max_size=3)):
        put(*path, value=data.draw(json_values))(changed)

    with contextlib.suppress(ValueError):
        assert claims_of(verification.parse(changed))
