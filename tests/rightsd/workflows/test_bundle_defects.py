"""A bundle with any defect is refused, and the defect is named by file and entry."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import checkpoint, cosignature, merkle, policy, tiles
from ledger.note import Ed25519Signer
from ledger.policy import Policy, Witness
from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import layout, verifying
from tests import bundles
from tests.bundles import SIGNER, Members

PARTS = bundles.small()
CASE = next(name for name in PARTS if name.startswith("cases/"))
OTHER_CASE = max(name for name in PARTS if name.startswith("cases/"))
LAST = "tile/entries/001.p/44"
OTHER_KEY = Ed25519Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = cosignature.Ed25519Signer("witness.example/w", Ed25519PrivateKey.generate())
WITNESSED = Policy((), (Witness("w", cosignature.parse_vkey(WITNESS.vkey)),), (), "w")


def refusal(path: Path, trust: Policy | None = None) -> RightsError:
    with pytest.raises(RightsError) as caught:
        verifying.verify(path, trust)
    assert caught.value.code is Code.INVALID
    assert caught.value.detail.startswith("the bundle is not good: ")
    return caught.value


def change(tmp_path: Path, name: str, edit: Callable[[bytes], bytes]) -> RightsError:
    """Edit one member, with sums that are right, and return how it is refused."""
    changed = PARTS | {name: edit(PARTS[name])}
    assert changed[name] != PARTS[name]
    return refusal(bundles.pack(tmp_path / "changed.tar", changed))


def without_line(number: int) -> Callable[[bytes], bytes]:
    def edit(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        del lines[number]
        return b"".join(lines)

    return edit


def resealed(entries: list[bytes], signer: Ed25519Signer = SIGNER) -> Members:
    """Return the files of another log: all hashes, and the checkpoint, are right."""
    size = len(entries)
    edge, nodes = merkle.EMPTY, list[merkle.Node]()
    for body in entries:
        edge, more = merkle.append(edge, merkle.hash_leaf(body))
        nodes += more
    hashes = {(node.level, node.index): node.hash for node in nodes}
    files = dict[str, bytes]()
    for file in layout.tiles_of(size):
        places = range(file.index * 256, file.index * 256 + file.width)
        if isinstance(file, tiles.Tile):
            files[file.path] = b"".join(hashes[8 * file.level, place] for place in places)
        else:
            files[file.path] = tiles.encode_bundle([entries[place] for place in places])
    head = checkpoint.Checkpoint(SIGNER.name, size, edge.root())
    return files | {"checkpoint": checkpoint.sign(head, signer)}


def entries_of(parts: Members) -> list[bytes]:
    first = tiles.decode_bundle(parts["tile/entries/000"], 256)
    return [*first, *tiles.decode_bundle(parts[LAST], 44)]


def test_a_good_bundle_is_good(tmp_path: Path) -> None:
    found = verifying.verify(
        bundles.pack(tmp_path / "good.tar", PARTS), verifying.trust_keys([SIGNER.vkey])
    )

    assert (found.size, found.entries, found.pending) == (300, 300, 2)
    assert not found.own_key
    assert found.standing["generation", "published"] > 50


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return bundles.pack(tmp_path_factory.mktemp("whole") / "whole.tar", PARTS).read_bytes()


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_bit_is_found_in_every_member(
    tmp_path: Path, whole: bytes, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([*PARTS, "SHA256SUMS"]))
    begin = whole.rindex(name.encode() + b"\0")
    size = len(PARTS.get(name, b"x" * 1000))
    place = begin + data.draw(st.integers(0, 512 + size - 1))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "flipped.tar"
    path.write_bytes(flipped)

    refusal(path)


# Of the rest only the sums say what it is: the log does not know it.
VOUCHED = [name for name in PARTS if name not in {"keys/c2pa-trust-anchors.pem", "pending.ndjson"}]
PIECES = st.sampled_from(
    [b'"', b"{", b"[", b"\\ud800", b" ", b"\n", b"null", b"9" * 30, b"\0", b"\xff"]
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(VOUCHED), at=st.floats(0, 1), drop=st.integers(0, 40), piece=PIECES)
def test_a_member_that_was_edited_is_refused_though_the_sums_are_right(
    tmp_path: Path, name: str, at: float, drop: int, piece: bytes
) -> None:
    content = PARTS[name]
    place = int(at * len(content))
    edited = content[:place] + piece + content[place + drop :]
    if edited == content:
        return

    refusal(bundles.pack(tmp_path / "b.tar", PARTS | {name: edited}))


@pytest.mark.parametrize("keep", [0, 511, 512, 5000, -1, -1024, -1025])
def test_a_file_cut_short_is_refused(tmp_path: Path, whole: bytes, keep: int) -> None:
    (tmp_path / "short.tar").write_bytes(whole[:keep])

    refusal(tmp_path / "short.tar")


@pytest.mark.parametrize("name", [name for name in PARTS if "vkey" not in name])
def test_a_missing_member_is_named(tmp_path: Path, name: str) -> None:
    rest = {other: content for other, content in PARTS.items() if other != name}

    error = refusal(bundles.pack(tmp_path / "b.tar", rest))

    assert name in error.detail


@pytest.mark.parametrize("name", ["more", "cases/ntc_0.ndjson", "tile/0/002.p/1", "entries.ndjson"])
def test_an_extra_member_is_named(tmp_path: Path, name: str) -> None:
    assert name in refusal(bundles.pack(tmp_path / "b.tar", PARTS | {name: b"\n"})).detail


@pytest.mark.parametrize("at", range(len(PARTS) - 1))
def test_members_in_another_order_are_refused(tmp_path: Path, at: int) -> None:
    names = list(PARTS)
    names[at], names[at + 1] = names[at + 1], names[at]

    error = refusal(bundles.pack(tmp_path / "b.tar", {name: PARTS[name] for name in names}))

    assert names[at] in error.detail or names[at + 1] in error.detail


def test_a_member_that_the_sums_do_not_vouch_for_is_named(tmp_path: Path, whole: bytes) -> None:
    sums = whole.rindex(b"  rows.ndjson\n")
    digest = whole[sums - 64 : sums]
    path = tmp_path / "b.tar"
    path.write_bytes(whole.replace(digest, b"0" * 64))

    error = refusal(path)

    assert error.extra["file"] == "rows.ndjson"
    assert digest.decode() in error.detail


@pytest.mark.parametrize("leaf", [0, 255, 256, 299])
def test_a_changed_entry_is_named_by_leaf_and_event(tmp_path: Path, leaf: int) -> None:
    entries = entries_of(PARTS)
    name = LAST if leaf >= 256 else "tile/entries/000"
    changed = entries[leaf].replace(b"data", b"date")

    error = change(tmp_path, name, lambda content: content.replace(entries[leaf], changed))

    assert (error.extra["file"], error.extra["entry"]) == (name, leaf)
    assert merkle.hash_leaf(entries[leaf]).hex() in error.detail
    assert merkle.hash_leaf(changed).hex() in error.detail


def test_a_changed_entry_that_is_still_an_event_is_named_by_its_id(tmp_path: Path) -> None:
    entry = entries_of(PARTS)[17]
    event = json.loads(entry)

    error = change(
        tmp_path,
        "tile/entries/000",
        lambda content: content.replace(entry, entry.replace(b'"at":"2030', b'"at":"2031')),
    )

    assert error.extra == {"file": "tile/entries/000", "entry": 17, "event": event["id"]}


def test_a_changed_entry_with_all_hashes_recomputed_fails_at_the_checkpoint(
    tmp_path: Path,
) -> None:
    entries = entries_of(PARTS)
    entries[5] = entries[5].replace(b"evt_", b"evt_0")
    forged = resealed(entries) | {"checkpoint": PARTS["checkpoint"]}

    error = refusal(bundles.pack(tmp_path / "b.tar", PARTS | forged))

    assert error.extra["file"] == "checkpoint"
    assert "lead to the root" in error.detail


def test_a_log_signed_by_another_key_is_refused(tmp_path: Path) -> None:
    forged = resealed(entries_of(PARTS), OTHER_KEY)

    error = refusal(bundles.pack(tmp_path / "b.tar", PARTS | forged))

    assert error.extra["file"] == "checkpoint"
    assert "no signature by" in error.detail


@pytest.mark.parametrize("name", [SIGNER.name, "other.example/log"])
def test_a_key_of_the_bundle_that_never_signed_is_refused(tmp_path: Path, name: str) -> None:
    stranger = Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    terms = layout.policy_of([SIGNER.vkey, stranger.vkey], None)
    parts = Members()
    for member, content in PARTS.items():
        parts |= dict(layout.keys_of(terms.logs)) if "vkey" in member else {member: content}
    parts["policy"] = policy.encode(terms)

    error = refusal(bundles.pack(tmp_path / "b.tar", parts), verifying.trust_keys([SIGNER.vkey]))

    assert error.extra["file"] == "checkpoint"
    assert f"no signature by {name}" in error.detail


def test_a_bundle_of_another_key_is_good_only_by_its_own_word(tmp_path: Path) -> None:
    path = bundles.pack(tmp_path / "b.tar", PARTS)

    error = refusal(path, verifying.trust_keys([OTHER_KEY.vkey]))
    found = verifying.verify(path, verifying.trust_keys([OTHER_KEY.vkey, SIGNER.vkey]))

    assert error.extra["file"] == "checkpoint"
    assert found.size == 300


def test_a_policy_that_is_not_met_is_refused(tmp_path: Path) -> None:
    path = bundles.pack(tmp_path / "b.tar", PARTS)
    terms = layout.policy_of([SIGNER.vkey], WITNESSED)

    error = refusal(path, terms)

    assert error.extra["file"] == "checkpoint"
    assert "does not meet the quorum w" in error.detail


def test_the_bundles_own_policy_has_to_be_met_too(tmp_path: Path) -> None:
    terms = layout.policy_of([SIGNER.vkey], WITNESSED)
    path = bundles.pack(tmp_path / "b.tar", PARTS | {"policy": policy.encode(terms)})

    assert "does not meet the quorum w" in refusal(path, verifying.trust_keys([SIGNER.vkey])).detail


def test_a_cosigned_checkpoint_meets_the_policy(tmp_path: Path) -> None:
    terms = layout.policy_of([SIGNER.vkey], WITNESSED)
    path = tmp_path / "b.tar"
    with bundles.Log(bundles.Story().events(30)) as log:
        text = log.signed.partition(b"\n\n")[0] + b"\n"
        made = cosignature.sign(text, WITNESS, timestamp=1_900_000_000)
        log.signed = cosignature.attach(log.signed, [made])
        bundles.write(path, bundles.members(log, terms=terms))

    assert verifying.verify(path, terms).witnesses == ("witness.example/w",)


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("policy", lambda content: content + b"# a comment\n", "one form"),
        ("policy", lambda content: b"nonsense\n", "line 1"),
        ("keys/c2pa-trust-anchors.pem", lambda content: b"# a comment\n" + content, "one form"),
        ("keys/c2pa-trust-anchors.pem", lambda content: b"none", "not certificates"),
        ("bundle.json", lambda content: content.replace(b"300", b"301"), '"size": 300'),
        ("bundle.json", lambda content: content.replace(b": 1", b": 2"), '"version": 1'),
        ("bundle.json", lambda content: b"[]", "well formed"),
        ("checkpoint", lambda content: content.replace(b"300", b"301"), "does not verify"),
        ("statements.ndjson", without_line(3), "is expected"),
        ("statements.ndjson", lambda content: content + content[:9] + b"\n", "the end is expected"),
        ("statements.ndjson", lambda content: content.replace(b"work.", b"work_"), "is expected"),
        ("rows.ndjson", without_line(0), "acc_"),
        ("rows.ndjson", without_line(-1), "found is the end"),
        ("rows.ndjson", lambda content: content + content, "the end is expected"),
        (
            "rows.ndjson",
            lambda content: content.replace(b"published", b"withdrawn"),
            "by the entries",
        ),
        ("pending.ndjson", lambda content: b"{}\n" + content, "entry 300"),
        (CASE, without_line(0), "belongs to the case"),
        (CASE, without_line(-1), "nothing stands in its place"),
        (CASE, lambda content: content.replace(b'"index":', b'"index": '), "one form"),
        (CASE, lambda content: content + b"x", "whole line"),
    ],
)
def test_a_changed_member_is_explained(
    tmp_path: Path, name: str, edit: Callable[[bytes], bytes], said: str
) -> None:
    error = change(tmp_path, name, edit)

    assert name in error.detail
    assert said in error.detail


def test_a_pending_event_that_is_left_out_leaves_a_row_that_nothing_explains(
    tmp_path: Path,
) -> None:
    error = change(tmp_path, "pending.ndjson", without_line(0))

    assert error.extra["file"] == "rows.ndjson"


@pytest.mark.parametrize("name", ["a", "subject", "zzz"])
def test_a_line_with_a_member_that_no_proof_vouches_for_is_refused(
    tmp_path: Path, name: str
) -> None:
    def adorned(content: bytes) -> bytes:
        first, *rest = content.splitlines()
        return b"".join(
            line + b"\n" for line in (layout.line(json.loads(first) | {name: "a lie"}), *rest)
        )

    error = change(tmp_path, CASE, adorned)

    assert f"{CASE}: line 1: it is not an index, an entry and a proof" in error.detail


def test_a_case_with_the_proof_of_another_entry_is_refused(tmp_path: Path) -> None:
    def swapped(content: bytes) -> bytes:
        first, second, *rest = (json.loads(line) for line in content.splitlines())
        first["proof"], second["proof"] = second["proof"], first["proof"]
        return b"".join(layout.line(one) + b"\n" for one in (first, second, *rest))

    error = change(tmp_path, CASE, swapped)

    assert error.extra["file"] == CASE
    assert "its proof does not hold" in error.detail


def test_a_case_with_an_entry_of_another_case_is_refused(tmp_path: Path) -> None:
    error = change(tmp_path, CASE, lambda _: PARTS[OTHER_CASE])

    assert error.extra["file"] == CASE


def test_a_row_that_the_entries_contradict_is_explained_by_the_last_of_them(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in PARTS["rows.ndjson"].splitlines()]
    one = next(row for row in rows if row["state"] == "revoked")
    right = layout.row(one["id"], "revoked")
    entries = [json.loads(entry) for entry in entries_of(PARTS)]
    index = next(
        at
        for at, entry in enumerate(entries)
        if entry["kind"] == "consent.revoked" and entry["subject"] == one["id"]
    )

    error = change(
        tmp_path,
        "rows.ndjson",
        lambda content: content.replace(right, layout.row(one["id"], "granted")),
    )

    assert f"{one['id']} is revoked by the entries" in error.detail
    assert f"entry {index} ({entries[index]['id']})" in error.detail
    assert '"state":"granted"' in error.detail


@pytest.mark.parametrize("waiting", [False, True])
def test_an_event_that_stands_there_twice_is_named_by_both_leaves(
    tmp_path: Path, *, waiting: bool
) -> None:
    story = bundles.Story(seed=7)
    events, pending = list(story.events(300)), list(story.events(2))
    late = pending if waiting else events
    late[-1] = replace(late[-1], id=events[5].id)
    path = tmp_path / "b.tar"
    with bundles.Log(events) as log:
        bundles.write(path, bundles.members(log, pending=pending))

    error = refusal(path)

    file, entry = ("pending.ndjson", 301) if waiting else (LAST, 299)
    assert error.extra == {"file": file, "entry": entry, "event": events[5].id}
    assert "that of entry 5 in tile/entries/000" in error.detail


def test_entries_that_cannot_have_happened_are_named(tmp_path: Path) -> None:
    entries = entries_of(PARTS)
    revoked = next(entry for entry in entries if b"consent.revoked" in entry)
    index = len(entries)
    again = revoked.replace(b'"id":"evt_', b'"id":"evt_f')
    log = resealed([*entries, again])
    old = {name for name in PARTS if name.startswith("tile/") or name == "checkpoint"}
    head = checkpoint.Checkpoint(SIGNER.name, index + 1, b"")
    parts = {"bundle.json": layout.about(head, None), "checkpoint": log.pop("checkpoint")}
    parts |= {name: PARTS[name] for name in PARTS if name.startswith(("policy", "keys"))}
    parts |= log
    parts |= {name: PARTS[name] for name in PARTS if name not in parts and name not in old}

    error = refusal(bundles.pack(tmp_path / "b.tar", parts))

    assert error.extra["entry"] == index
    assert "this consent is revoked, so it cannot be revoked" in error.detail
