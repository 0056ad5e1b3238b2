"""A bundle of a part of the log: what it holds is proved, and what it leaves out is found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import layout, scopes, verifying
from rightsd.workflows.exports.scopes import About, Case, Range, Scope
from tests import bundles
from tests.bundles import Log, Members

LENGTH = 300


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    with Log(bundles.Story(seed=7).events(LENGTH)) as log:
        log.histories.sort()
        yield log


def bodies(log: Log) -> list[dict]:
    return [json.loads(log.entry(index)) for index in range(log.size)]


def first(log: Log, kind: str) -> str:
    """Return what the first event of a kind is about."""
    return next(body["subject"] for body in bodies(log) if body["kind"] == kind)


@pytest.fixture(params=["range", "subject", "case"])
def scope(log: Log, request: pytest.FixtureRequest) -> Scope:
    scopes: dict[str, Scope] = {
        "range": Range(100, 150),
        "subject": About(first(log, "consent.revoked")),
        "case": Case(first(log, "notice.upheld")),
    }
    return scopes[request.param]


def refusal(tmp_path: Path, parts: Members) -> RightsError:
    with pytest.raises(RightsError) as caught:
        verifying.verify(bundles.pack(tmp_path / "b.tar", parts), None)
    assert caught.value.code is Code.INVALID
    return caught.value


def edited(parts: Members, name: str, edit: Callable[[list[bytes]], list[bytes]]) -> Members:
    lines = edit(parts[name].splitlines(keepends=True))
    return parts | {name: b"".join(lines)}


def test_a_part_is_good(log: Log, scope: Scope, tmp_path: Path) -> None:
    parts = bundles.part(log, scope)

    found = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), None)

    assert found.scope == scope
    assert (found.size, found.entries) == (LENGTH, parts["entries.ndjson"].count(b"\n"))
    assert found.things == parts["rows.ndjson"].count(b"\n")


def test_a_case_holds_the_notice_the_generation_and_the_consents(log: Log) -> None:
    scope = Case(first(log, "notice.upheld"))

    held = bundles.part(log, scope)["entries.ndjson"].splitlines()

    kinds = {json.loads(json.loads(line)["entry"])["kind"] for line in held}
    assert {"notice.received", "notice.upheld", "generation.requested"} <= kinds
    assert {"generation.published", "generation.withdrawn"} <= kinds


@pytest.mark.parametrize("at", [0, 1, 25, 48, 49])
def test_an_entry_dropped_from_a_range_is_named(log: Log, tmp_path: Path, at: int) -> None:
    parts = bundles.part(log, Range(100, 150))

    error = refusal(
        tmp_path, edited(parts, "entries.ndjson", lambda lines: lines[:at] + lines[at + 1 :])
    )

    assert error.extra["file"] == "entries.ndjson"
    assert f"entry {100 + at}" in error.detail


@pytest.mark.parametrize(
    ("at", "file", "said"),
    [
        (0, "entries.ndjson", "cannot be what happens first"),
        (-1, "rows.ndjson", "is granted by the entries"),
    ],
)
def test_an_entry_dropped_from_a_subject_shows_in_its_state(
    log: Log, tmp_path: Path, at: int, file: str, said: str
) -> None:
    def drop(lines: list[bytes]) -> list[bytes]:
        del lines[at]
        return lines

    parts = bundles.part(log, About(first(log, "consent.revoked")))

    error = refusal(tmp_path, edited(parts, "entries.ndjson", drop))

    assert error.extra["file"] == file
    assert said in error.detail


@pytest.mark.parametrize("at", range(5))
def test_an_entry_dropped_from_a_case_is_found(log: Log, tmp_path: Path, at: int) -> None:
    parts = bundles.part(log, Case(first(log, "notice.upheld")))

    def drop(lines: list[bytes]) -> list[bytes]:
        return lines[:at] + lines[at + 1 :]

    refusal(tmp_path, edited(parts, "entries.ndjson", drop))


@pytest.mark.parametrize("file", ["entries.ndjson", "rows.ndjson"])
def test_a_line_too_many_is_found(log: Log, scope: Scope, tmp_path: Path, file: str) -> None:
    parts = bundles.part(log, scope)
    other = bundles.part(log, Range(290, 300))[file].splitlines(keepends=True)

    error = refusal(tmp_path, edited(parts, file, lambda lines: [*lines, other[-1]]))

    assert file in error.detail or "rows.ndjson" in error.detail


def test_entries_out_of_order_are_found(log: Log, scope: Scope, tmp_path: Path) -> None:
    parts = bundles.part(log, scope)

    error = refusal(
        tmp_path, edited(parts, "entries.ndjson", lambda lines: [lines[1], lines[0], *lines[2:]])
    )

    assert error.extra["file"] == "entries.ndjson"


def test_a_proof_of_another_entry_is_found(log: Log, scope: Scope, tmp_path: Path) -> None:
    def swap(lines: list[bytes]) -> list[bytes]:
        one, two = (json.loads(line) for line in lines[:2])
        one["proof"], two["proof"] = two["proof"], one["proof"]
        return [layout.line(one) + b"\n", layout.line(two) + b"\n", *lines[2:]]

    error = refusal(tmp_path, edited(bundles.part(log, scope), "entries.ndjson", swap))

    assert "its proof does not hold" in error.detail


def test_a_row_in_a_state_that_the_entries_exclude_is_found(
    log: Log, scope: Scope, tmp_path: Path
) -> None:
    def lie(lines: list[bytes]) -> list[bytes]:
        row = json.loads(lines[0])
        return [layout.row(row["id"], "imagined") + b"\n", *lines[1:]]

    error = refusal(tmp_path, edited(bundles.part(log, scope), "rows.ndjson", lie))

    assert error.extra["file"] == "rows.ndjson"


def test_a_range_begins_in_the_middle_and_allows_what_can_have_been(
    log: Log, tmp_path: Path
) -> None:
    index = next(at for at, body in enumerate(bodies(log)) if body["kind"] == "consent.revoked")
    parts = bundles.part(log, Range(index, index + 1))
    good = verifying.verify(bundles.pack(tmp_path / "good.tar", parts), None)

    error = refusal(
        tmp_path, parts | {"rows.ndjson": parts["rows.ndjson"].replace(b"revoked", b"granted")}
    )

    assert good.standing == {("consent", "revoked"): 1}
    assert "is revoked by the entries" in error.detail


def test_a_range_has_no_pending_events(log: Log, tmp_path: Path) -> None:
    parts = bundles.part(log, Range(100, 150))
    event = log.entry(0).replace(b"evt_", b"evt_0")

    error = refusal(tmp_path, parts | {"pending.ndjson": event + b"\n"})

    assert error.extra["file"] == "pending.ndjson"


def test_a_part_with_more_entries_than_there_may_be_is_refused(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = bundles.part(log, Case(first(log, "notice.upheld")))
    count = parts["entries.ndjson"].count(b"\n")
    monkeypatch.setattr(scopes, "ENTRIES_MAX", count - 1)

    error = refusal(tmp_path, parts)

    assert f"a part has at most {count - 1} entries" in error.detail


def test_a_bundle_about_something_else_than_it_says_is_found(log: Log, tmp_path: Path) -> None:
    mine, other = first(log, "consent.revoked"), first(log, "account.opened")
    parts = bundles.part(log, About(mine))
    said = parts["bundle.json"].replace(mine.encode(), other.encode())

    assert mine in refusal(tmp_path, parts | {"bundle.json": said}).detail


@pytest.mark.parametrize(
    "asked",
    [
        {"start": 5, "end": 5},
        {"start": 5, "end": 4},
        {"start": -1, "end": 4},
        {"start": 5},
        {"start": 0, "end": scopes.ENTRIES_MAX + 1},
        {"start": 0, "end": 2**63},
        {"subject": "ada"},
        {"case": f"con_{0:032x}"},
        {"subject": f"con_{0:032x}", "case": f"ntc_{0:032x}"},
        {"start": 0, "end": 1, "subject": f"con_{0:032x}"},
    ],
)
def test_a_scope_that_makes_no_sense_is_refused(asked: dict) -> None:
    with pytest.raises(RightsError) as caught:
        scopes.wanted(**asked)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        "all",
        {"entries": {"from": 0}},
        {"entries": {"from": 0, "to": True}},
        {"entries": {"from": 5, "to": 4}},
        {"subject": f"con_{0:032x}", "case": f"ntc_{0:032x}"},
        {"subject": 1},
    ],
)
def test_a_scope_that_a_bundle_cannot_have_is_refused(
    log: Log, tmp_path: Path, said: object
) -> None:
    parts = bundles.part(log, Range(100, 150))
    about = json.loads(parts["bundle.json"]) | {"scope": said}

    error = refusal(
        tmp_path,
        parts | {"bundle.json": json.dumps(about, indent=1, sort_keys=True).encode() + b"\n"},
    )

    assert error.extra["file"] == "bundle.json"
