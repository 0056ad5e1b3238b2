"""What every process's index is derived from: nothing is missed, and what ends is forgotten."""

from dataclasses import replace

import psycopg
import pytest

from fingerprint import descriptor, pdq
from rightsd.adapters import fingerprints as files
from rightsd.adapters.index import FingerprintIndex
from rightsd.adapters.media import Frames
from rightsd.db import fingerprints
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Role
from rightsd.domain.staydown import Kind, Staydown
from rightsd.runtime import Runtime
from rightsd.workflows import staydowns
from tests import people, pictures
from tests.conftest import NOW

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)


def publish(tx: Tx, frame: Frames = FOX) -> Generation:
    out = people.published(tx, people.account(tx, Role.CREATOR))
    fingerprints.insert(tx, out.id, [files.pack(pictures.content(frame))])
    return out


def add(rt: Runtime, frame: Frames = FOX) -> Staydown:
    with rt.transaction() as tx:
        staff = people.account(tx, Role.REVIEWER)
        shown = pictures.shown(frame)
        return staydowns.add(tx, staff, kind=Kind.PRIVACY, shown=shown, reason="So.")


def end(rt: Runtime, entry: Staydown) -> None:
    with rt.transaction() as tx:
        staydowns.end(tx, people.account(tx, Role.REVIEWER), entry.id)


def another_process(rt: Runtime) -> Runtime:
    return replace(rt, index=FingerprintIndex(), pdq=FingerprintIndex())


def outputs(rt: Runtime, frame: Frames = FOX) -> list[str]:
    return [match.asset_id for match in rt.match(pictures.content(frame))]


def entries(rt: Runtime, frame: Frames = FOX) -> list[str]:
    return [match.asset_id for match in rt.match_references(pictures.content(frame))]


def test_what_is_kept_is_found_by_the_asset_and_the_algorithm(tx: Tx) -> None:
    out, shown = people.published(tx, people.account(tx, Role.CREATOR)), pictures.shown(FOX)
    packed = [files.pack(shown.content), files.pack_pdq(shown.pdq)]

    fingerprints.insert(tx, out.id, packed)

    for one in packed:
        assert fingerprints.find(tx, out.id, one.algorithm) == one.data
    assert fingerprints.find(tx, "gen_other", pdq.ALGORITHM) is None


def test_an_asset_has_one_row_of_an_algorithm(tx: Tx) -> None:
    out = publish(tx)

    with pytest.raises(psycopg.errors.UniqueViolation):
        fingerprints.insert(tx, out.id, [files.pack(pictures.content(OTHER))])


def test_of_what_is_too_plain_nothing_is_kept(tx: Tx) -> None:
    out = people.published(tx, people.account(tx, Role.CREATOR))

    fingerprints.insert(tx, out.id, [files.pack(descriptor.collect([]))])

    assert fingerprints.find(tx, out.id, descriptor.ALGORITHM) is None
    assert len(files.unpack(None)) == 0


def test_an_output_that_commits_late_is_not_missed(rt: Runtime, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        late = publish(Tx(conn, NOW, rt.kek))
        with rt.transaction() as tx:
            early = publish(tx)
        assert outputs(rt) == [early.id]
        before = rt.index.match(pictures.content(FOX)).horizon

        conn.commit()

        with rt.transaction() as tx:
            assert late.id in fingerprints.outputs_since(tx, descriptor.ALGORITHM, before)
        assert sorted(outputs(rt)) == sorted([early.id, late.id])


def test_an_end_that_commits_late_is_not_missed(rt: Runtime, dsn: str) -> None:
    entry, other = add(rt), another_process(rt)
    with psycopg.connect(dsn) as conn:
        late = Tx(conn, NOW, rt.kek)
        staydowns.end(late, people.account(late, Role.REVIEWER), entry.id)
        with rt.transaction() as tx:
            publish(tx)
        assert entries(other) == [entry.id]
        assert outputs(other) != []

        conn.commit()

        assert entries(other) == []


def test_what_ends_is_forgotten_by_every_process_at_its_next_look(rt: Runtime) -> None:
    entry, stays = add(rt), add(rt, OTHER)
    processes = [rt, *(another_process(rt) for _ in range(2))]
    for each in processes:
        assert (entries(each), entries(each, OTHER)) == ([entry.id], [stays.id])
        assert each.near(pdq.ALGORITHM, pdq.hash_frame(FOX)[0], bits_max=31) == {entry.id: 0}

    end(rt, entry)

    for each in (*processes, another_process(rt)):
        assert (entries(each), entries(each, OTHER)) == ([], [stays.id])
        assert each.near(pdq.ALGORITHM, pdq.hash_frame(FOX)[0], bits_max=31) == {}


def test_what_is_known_through_is_kept_when_the_last_one_ends(rt: Runtime) -> None:
    add(rt)
    last = add(rt, OTHER)
    through = rt.compare(pictures.content(FOX)).references_through

    end(rt, last)

    assert rt.compare(pictures.content(FOX)).references_through == through
    with rt.transaction() as tx:
        after = fingerprints.of_references(tx, descriptor.ALGORITHM, after=0, limit=9)
        assert [one.id for one in after if one.id > through] == []
    assert rt.compare(pictures.content(FOX)).references_through > 0


def test_an_answer_says_what_it_knew_and_is_not_asked_to_know_it_again(rt: Runtime) -> None:
    query = pictures.content(FOX)
    with rt.transaction() as tx:
        first = publish(tx)
    known = rt.compare(query)
    with rt.transaction() as tx:
        second = publish(tx)
        written = fingerprints.watermark(tx)

    again = rt.compare(query, min_watermark=known.horizon)
    reads_its_own = rt.compare(query, min_watermark=written)

    assert [match.asset_id for match in again.outputs] == [first.id]
    assert again.horizon == known.horizon
    assert {match.asset_id for match in reads_its_own.outputs} == {first.id, second.id}
    assert reads_its_own.horizon >= written


def test_a_write_is_read_by_its_watermark_while_others_are_under_way(rt: Runtime, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        publish(Tx(conn, NOW, rt.kek), OTHER)
        with rt.transaction() as tx:
            mine = publish(tx)
            written = fingerprints.watermark(tx)

        answer = rt.compare(pictures.content(FOX), min_watermark=written)

    assert [match.asset_id for match in answer.outputs] == [mine.id]
    assert answer.horizon < written
