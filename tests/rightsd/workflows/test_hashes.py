"""The feed of hashes, looking them up, and what platforms say of them."""

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprint import descriptor, pdq
from rightsd.adapters import fingerprints as files
from rightsd.db import fingerprints, matches
from rightsd.db import hashes as rows
from rightsd.domain.exemption import SPAN_MAX, Ground, Terms
from rightsd.domain.generation import Generation
from rightsd.domain.hash import Feedback, Status
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind as NoticeKind
from rightsd.domain.staydown import Kind, Staydown
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, exemptions, hashes, staydowns
from rightsd.workflows.hashes import Entry, Page
from tests import enrolling, people, pictures, upholding
from tests.rightsd.workflows.test_staydowns import inundate

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)
START = -1
AT = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def staff(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.REVIEWER)


@pytest.fixture
def platform(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.PLATFORM)


def add(rt: Runtime, staff: Principal, seed: int = 1, kind: Kind = Kind.PRIVACY) -> Staydown:
    with rt.transaction() as tx:
        shown = pictures.shown(pictures.clouds(seed))
        return staydowns.add(tx, staff, kind=kind, shown=shown, reason="So.")


def end(rt: Runtime, staff: Principal, entry: Staydown) -> None:
    with rt.transaction() as tx:
        staydowns.end(tx, staff, entry.id)


def take_down(rt: Runtime, *, md5: str = "a" * 32) -> Generation:
    """Return an output that shows a fox and was taken down on notice."""
    with rt.transaction() as tx:
        out = people.published(tx, people.account(tx, Role.CREATOR))
        shown = pictures.shown(FOX)
        fingerprints.insert(tx, out.id, [files.pack(shown.content), files.pack_pdq(shown.pdq)])
        rows.insert_md5(tx, out.id, md5)
        upholding.take_down(tx, out, NoticeKind.LIKENESS)
    return out


def read(rt: Runtime, reader: Principal, cursor: int = START, limit: int = 100) -> Page:
    with rt.transaction() as tx:
        return hashes.feed(tx, reader, cursor=cursor, limit=limit)


def poll(rt: Runtime, reader: Principal, cursor: int = START, limit: int = 2) -> list[Entry]:
    """Read to the end, from page to page."""
    found: list[Entry] = []
    while True:
        page = read(rt, reader, cursor, limit)
        found += page.entries
        cursor = page.cursor
        if not page.more:
            return found


def sequence(rt: Runtime) -> None:
    while checkpoints.sequence(rt):
        pass


def shown(entries: Sequence[Entry]) -> list[tuple[str, Status]]:
    return [(entry.thing, entry.status) for entry in entries]


def test_the_feed_says_what_stays_down_and_by_what_it_is_found(
    rt: Runtime, staff: Principal, platform: Principal
) -> None:
    out, entry = take_down(rt), add(rt, staff, 2, Kind.INTIMATE)
    sequence(rt)

    first, second = read(rt, platform).entries

    assert (first.thing, first.status, first.kinds) == (out.id, Status.ACTIVE, ("likeness",))
    assert (first.sha256, first.md5) == ("0" * 64, "a" * 32)
    assert {code.algorithm for code in first.codes} == {descriptor.ALGORITHM, pdq.ALGORITHM}
    assert second.thing == entry.id
    assert (second.kinds, second.md5) == (("intimate",), entry.md5)
    assert (second.codes[-1].algorithm, second.codes[-1].code) == (
        pdq.ALGORITHM,
        pdq.hash_frame(OTHER)[0],
    )


def test_what_ends_is_a_tombstone_that_tells_nothing(
    rt: Runtime, staff: Principal, platform: Principal
) -> None:
    out, entry = take_down(rt), add(rt, staff, 2)
    sequence(rt)
    cursor = read(rt, platform).cursor

    end(rt, staff, entry)
    with rt.transaction() as tx:
        upholding.end(tx, out)
    sequence(rt)

    (gone,) = read(rt, platform, cursor).entries
    assert gone == Entry(gone.index, entry.id, Status.DELETED)
    # The notice's row was changed without an event: who reads from the start is told all the same.
    assert shown(poll(rt, platform)) == [(out.id, Status.WITHDRAWN), (entry.id, Status.DELETED)]


def test_what_never_was_taken_down_is_not_in_the_feed(rt: Runtime, platform: Principal) -> None:
    with rt.transaction() as tx:
        out = people.published(tx, people.account(tx, Role.CREATOR))
        upholding.reject(tx, out)
    sequence(rt)

    assert read(rt, platform) == Page((), START, more=False)


def test_two_notices_against_one_output_are_one_entry(rt: Runtime, platform: Principal) -> None:
    out = take_down(rt)
    with rt.transaction() as tx:
        upholding.take_down(tx, out, NoticeKind.COPYRIGHT)
    sequence(rt)

    (entry,) = poll(rt, platform)

    assert (entry.thing, entry.kinds) == (out.id, ("copyright", "likeness"))


def test_a_reader_sees_every_change_once_whatever_commits_beside_it(
    rt: Runtime, staff: Principal, platform: Principal
) -> None:
    """Three writers add and end entries, a sequencer and a reader go on meanwhile."""
    done = threading.Event()
    written: dict[str, Status] = {}
    failures: list[BaseException] = []

    def write(first: int) -> None:
        chance = random.Random(first)
        try:
            for seed in range(first, first + 12):
                entry = add(rt, staff, seed)
                written[entry.id] = Status.ACTIVE
                if chance.random() < 0.5:
                    end(rt, staff, entry)
                    written[entry.id] = Status.DELETED
        except BaseException as error:
            failures.append(error)
            raise

    def go_on() -> None:
        while not done.is_set():
            sequence(rt)

    writers = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300)]
    sequencer = threading.Thread(target=go_on)
    for thread in (*writers, sequencer):
        thread.start()
    seen: list[Entry] = []
    cursor = START
    while any(thread.is_alive() for thread in writers):
        page = read(rt, platform, cursor, 3)
        seen += page.entries
        cursor = page.cursor
    done.set()
    sequencer.join()
    sequence(rt)
    seen += poll(rt, platform, cursor)

    assert failures == []
    indexes = [entry.index for entry in seen]
    assert indexes == sorted(set(indexes))
    last = {entry.thing: entry.status for entry in seen}
    assert last == written
    assert len(written) == 36
    changes = [(entry.thing, entry.status) for entry in seen if entry.status is Status.ACTIVE]
    assert len(changes) == len(set(changes))
    # Whoever comes later is told where things stand, each once.
    assert dict(shown(poll(rt, platform))) == written
    assert len(poll(rt, platform)) == len(written)


def test_hashes_of_others_find_what_stays_down(rt: Runtime, platform: Principal) -> None:
    out = take_down(rt)
    near = bytearray(pdq.hash_frame(FOX)[0])
    near[0] ^= 0b111
    far, _ = pdq.hash_frame(OTHER)
    ours = next(code for _, code, _ in files.moments(pictures.content(FOX)))

    def find(signal: bytes, signal_type: str, *banks: str) -> list[int | None]:
        found = hashes.look_up(
            rt, platform, signal=signal.hex(), signal_type=signal_type, banks=banks
        )
        assert len({match.content_id for match in found}) <= 1
        return [match.bits for match in found]

    assert find(bytes(near), "pdq") == [3]
    assert find(far, "pdq") == []
    assert find(ours, descriptor.ALGORITHM) == [0]
    assert find(bytes.fromhex("a" * 32), "video_md5") == [None]
    assert find(bytes.fromhex("b" * 32), "video_md5") == []
    assert find(bytes(near), "pdq", "COPYRIGHT") == []
    assert find(bytes(near), "pdq", "COPYRIGHT", "LIKENESS") == [3]
    sequence(rt)
    (entry,) = read(rt, platform).entries
    (match,) = hashes.look_up(rt, platform, signal=bytes(near).hex(), signal_type="pdq", banks=())
    assert (entry.thing, entry.content_id) == (out.id, match.content_id)


def test_what_is_out_and_stands_is_not_found(rt: Runtime, platform: Principal) -> None:
    with rt.transaction() as tx:
        out = people.published(tx, people.account(tx, Role.CREATOR))
        fingerprints.insert(tx, out.id, [files.pack_pdq(pictures.shown(FOX).pdq)])

    signal = pdq.hash_frame(FOX)[0].hex()

    assert hashes.look_up(rt, platform, signal=signal, signal_type="pdq", banks=()) == []


def test_an_exempt_platform_and_one_in_a_flood_get_no_match(
    rt: Runtime, staff: Principal, platform: Principal
) -> None:
    entry, signal = add(rt, staff), pdq.hash_frame(FOX)[0].hex()
    with rt.transaction() as tx:
        other = people.account(tx, Role.PLATFORM)
        until = tx.now + SPAN_MAX
        terms = Terms(entry.id, platform.account_id, None, Ground.NEWS, "So.", until)
        exemptions.grant(tx, staff, terms)

    def found(reader: Principal) -> int:
        return len(hashes.look_up(rt, reader, signal=signal, signal_type="pdq", banks=()))

    assert (found(platform), found(other)) == (0, 1)
    sequence(rt)
    assert [read(rt, who).entries[0].exempt for who in (platform, other)] == [True, False]
    with rt.transaction() as tx:
        inundate(tx, entry.id)
    assert found(other) == 0
    assert read(rt, other).entries[0].held


@pytest.mark.parametrize(
    ("signal", "signal_type"),
    [("0" * 63, "pdq"), ("x" * 64, "pdq"), ("0" * 64, "vpdq"), ("0" * 64, "video_md5")],
)
def test_what_is_no_hash_of_a_known_type_is_invalid(
    rt: Runtime, platform: Principal, signal: str, signal_type: str
) -> None:
    with pytest.raises(RightsError) as caught:
        hashes.look_up(rt, platform, signal=signal, signal_type=signal_type, banks=())
    assert caught.value.code is Code.INVALID


def test_the_last_word_of_each_platform_counts(
    rt: Runtime, staff: Principal, platform: Principal
) -> None:
    entry = add(rt, staff)
    with rt.transaction() as tx:
        other = people.account(tx, Role.PLATFORM)
        for who, word in (
            (platform, Feedback.BLOCKED),
            (other, Feedback.BLOCKED),
            (other, Feedback.NOT_BLOCKED),
        ):
            hashes.say(tx, who, entry.id, feedback=word)

        counted = matches.precisions(tx, [entry.id])[entry.id]
        assert (counted.confirmed, counted.overturned) == (1, 1)
        assert counted.right.share == 0.5
        with pytest.raises(RightsError) as caught:
            hashes.say(tx, platform, f"gen_{'0' * 32}", feedback=Feedback.BLOCKED)
        assert caught.value.code is Code.NOT_FOUND


def test_sizes_count_what_can_be_found(rt: Runtime, staff: Principal, platform: Principal) -> None:
    take_down(rt)
    add(rt, staff, 2)

    with rt.transaction() as tx:
        assert hashes.sizes(tx, platform) == {"pdq": 2, descriptor.ALGORITHM: 2, "video_md5": 2}


def make_old(rt: Runtime, made: Generation) -> None:
    """Have an output be from before its MD5 and PDQ hashes were kept, as the migration finds it."""
    with rt.transaction() as tx:
        tx.conn.execute("INSERT INTO rights.unhashed (generation_id) VALUES (%s)", (made.id,))


def test_what_was_published_before_hashes_were_kept_is_hashed_of_its_file(
    rt: Runtime, platform: Principal, tmp_path: Path
) -> None:
    path = enrolling.clip(tmp_path / "output.mp4", [pictures.clouds(1)])
    stored, md5 = rt.blobs.put(path), files.digest(path, "md5")
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        made = people.published(tx, creator, sha256=stored)
        upholding.take_down(tx, made, NoticeKind.COPYRIGHT)
    make_old(rt, made)
    checkpoints.sequence(rt)
    before = read(rt, platform).entries

    assert (hashes.fill_in(rt), hashes.fill_in(rt)) == (True, False)

    (entry,) = read(rt, platform).entries
    assert [each.md5 for each in before] == [None]
    assert entry.md5 == md5
    assert pdq.ALGORITHM in {code.algorithm for code in entry.codes}
    with rt.transaction() as tx:
        assert rows.with_md5(tx, md5) == [made.id]


def test_what_cannot_be_hashed_is_tried_a_few_times_and_keeps_nothing_waiting(
    rt: Runtime, tmp_path: Path
) -> None:
    path = enrolling.clip(tmp_path / "output.mp4", [pictures.clouds(1)])
    stored = rt.blobs.put(path)
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        gone = people.published(tx, creator, sha256="1" * 64)
        here = people.published(tx, creator, sha256=stored)
    for made in (gone, here):
        make_old(rt, made)

    times = [AT + number * hashes.TAKEN for number in range(hashes.TRIES_MAX + 2)]
    found = [hashes.fill_in(replace(rt, clock=lambda at=at: at)) for at in times]

    assert found == [*[True] * (hashes.TRIES_MAX + 1), False]
    with rt.transaction() as tx:
        left = tx.conn.execute("SELECT generation_id FROM rights.unhashed").fetchall()
    assert left == [(gone.id,)]
