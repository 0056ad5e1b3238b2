"""What migrations make of rows from before them: each file runs on what it found in its time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import Any

from fingerprint import descriptor, pdq, proxy
from rightsd.adapters import fingerprints as packed
from rightsd.db import fingerprints
from rightsd.domain.fingerprint import Channel, Packed
from rightsd.domain.generation import Generation
from rightsd.domain.notice import APPEAL_DAYS
from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, notices
from rightsd.workflows.notices import closing, deciding
from tests import people, pictures, telling
from tests.rightsd.domain.test_regime import COUNTER
from tests.rightsd.workflows.test_notices import receive

MIGRATIONS = files("rightsd") / "db" / "migrations"
# What the files made, taken back.
BEFORE = {
    "0064_ends_of_notices.sql": """
        ALTER TABLE rights.notice DROP COLUMN closed_at, DROP COLUMN erased_at;
        DROP INDEX rights.notice_to_lapse""",
    "0065_appellants.sql": "ALTER TABLE rights.notice DROP COLUMN appellants",
    "0066_clocks_and_hashes.sql": """
        ALTER TABLE rights.statement_of_reasons DROP COLUMN by_clock;
        DROP TABLE rights.unhashed""",
    "0102_unindexed_outputs.sql": "DROP TABLE rights.unindexed",
    "0099_packed_fingerprints.sql": """
        DROP TABLE rights.fingerprint;
        CREATE TABLE rights.fingerprint (
            id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            generation_id text REFERENCES rights.generation,
            algorithm     text NOT NULL,
            at_seconds    real NOT NULL,
            code          bytea NOT NULL,
            quality       smallint NOT NULL,
            written_by    xid8 NOT NULL DEFAULT pg_current_xact_id(),
            reference_id  text REFERENCES rights.reference,
            staydown_id   text REFERENCES rights.staydown);
        INSERT INTO rights.fingerprint
            (generation_id, algorithm, at_seconds, code, quality, written_by)
        SELECT generation.id, made.algorithm, made.at_seconds, made.code, made.quality, '5'::xid8
        FROM rights.generation CROSS JOIN (VALUES
            ('org.rightsd.phash256.1', 1.5::real, decode(repeat('0f', 32), 'hex'), 100),
            ('org.rightsd.phash256.1', 0.041666668::real, decode(repeat('aa', 32), 'hex'), 35),
            ('pdq', 2.0::real, decode(repeat('55', 32), 'hex'), 50))
            AS made (algorithm, at_seconds, code, quality)""",
}


def migrate(rt: Runtime, name: str) -> None:
    with rt.transaction() as tx:
        tx.conn.execute(BEFORE[name].encode())
        tx.conn.execute((MIGRATIONS / name).read_bytes())


def sequence(rt: Runtime) -> None:
    while checkpoints.sequence(rt):
        pass


def rows(rt: Runtime, statement: str) -> list[tuple[Any, ...]]:
    with rt.transaction() as tx:
        return tx.conn.execute(statement.encode()).fetchall()


def upheld(rt: Runtime, count: int) -> tuple[Principal, Principal, list[str]]:
    """Return a creator, a reviewer, and notices that took outputs of the one down."""
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        given = [receive(tx, people.published(tx, creator)).notice.id for _ in range(count)]
        for notice_id in given:
            notices.uphold(tx, reviewer, notice_id, reason="So.")
    return creator, reviewer, given


def test_closed_notices_get_the_time_of_their_entry_and_others_none(rt: Runtime) -> None:
    upheld(rt, 2)
    then = rt.clock() + timedelta(days=APPEAL_DAYS + 1)
    closing.close_due(replace(rt, clock=lambda: then))
    upheld(rt, 1)
    sequence(rt)
    asked = "SELECT id, state, closed_at, erased_at FROM rights.notice ORDER BY id"
    before = rows(rt, asked)

    migrate(rt, "0064_ends_of_notices.sql")

    assert rows(rt, asked) == before
    assert sorted(row[1:3] for row in before if row[2]) == [("closed", then)] * 2


def test_a_closed_notice_whose_entry_is_not_in_the_log_yet_counts_as_closed_now(
    rt: Runtime,
) -> None:
    upheld(rt, 1)
    then = rt.clock() + timedelta(days=APPEAL_DAYS + 1)
    closing.close_due(replace(rt, clock=lambda: then))
    begin = rt.clock()

    migrate(rt, "0064_ends_of_notices.sql")

    ((closed_at,),) = rows(rt, "SELECT closed_at FROM rights.notice")
    assert begin <= closed_at <= rt.clock()


def test_who_has_appealed_as_someone_else_is_read_from_the_log_in_order(rt: Runtime) -> None:
    creator, _, (both, own, none) = upheld(rt, 3)
    with rt.transaction() as tx:
        others = [people.account(tx, Role.REVIEWER).account_id for _ in range(3)]
        for each in reversed(others):
            notices.appeal(tx, both, actor=Principal(each, Role.REVIEWER), words="So.")
        for notice_id in (both, own):
            notices.appeal(tx, notice_id, actor=creator, words="It is mine.")
    sequence(rt)

    migrate(rt, "0065_appellants.sql")

    found = dict(rows(rt, "SELECT id, appellants FROM rights.notice"))
    assert found == {both: others[::-1], own: [], none: []}


def test_what_the_clock_put_back_is_told_from_what_a_reviewer_put_back(rt: Runtime) -> None:
    creator, reviewer, (by_clock, by_reviewer, _) = upheld(rt, 3)
    with rt.transaction() as tx:
        for notice_id in (by_clock, by_reviewer):
            notices.counter(tx, creator, notice_id, said=COUNTER)
        tx.conn.execute("UPDATE rights.notice SET state = 'kept' WHERE id = %s", [by_reviewer])
        deciding.restore(tx, reviewer, by_reviewer, reason="The court dismissed it.")
    closing.restore_due(replace(rt, clock=lambda: rt.clock() + timedelta(days=40)))
    sequence(rt)

    migrate(rt, "0066_clocks_and_hashes.sql")

    found = rows(rt, "SELECT notice_id, outcome FROM rights.statement_of_reasons WHERE by_clock")
    assert found == [(by_clock, "restored")]


def hashed(rt: Runtime, outputs: Sequence[Generation]) -> None:
    with rt.transaction() as tx:
        for each in outputs:
            tx.conn.execute(
                "INSERT INTO rights.output_md5 (generation_id, md5) VALUES (%s, %s)",
                (each.id, "a" * 32),
            )


def test_outputs_without_hashes_wait_for_them_whether_or_not_they_are_out(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        out, gone, done = (people.published(tx, creator) for _ in range(3))
        people.refused(tx, creator)
    hashed(rt, [done])
    telling.withdraw(rt, gone.id)

    migrate(rt, "0066_clocks_and_hashes.sql")

    found = rows(rt, "SELECT generation_id, tries FROM rights.unhashed ORDER BY generation_id")
    assert found == [(each, 0) for each in sorted([out.id, gone.id])]


def test_outputs_of_which_frames_alone_are_known_wait_to_be_read_again(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        out, gone, done = (people.published(tx, creator) for _ in range(3))
        people.refused(tx, creator)
        moving = Packed(Channel.MOTION, proxy.ALGORITHM, 1, b"rpx")
        fingerprints.insert(tx, done.id, [moving])
    telling.withdraw(rt, gone.id)

    migrate(rt, "0102_unindexed_outputs.sql")

    found = rows(rt, "SELECT generation_id, tries FROM rights.unindexed ORDER BY generation_id")
    assert found == [(each, 0) for each in sorted([out.id, gone.id])]


def test_codes_of_one_moment_each_become_rows_of_one_asset_each(rt: Runtime) -> None:
    with rt.transaction() as tx:
        out = people.published(tx, people.account(tx, Role.CREATOR))

    migrate(rt, "0099_packed_fingerprints.sql")

    kept = rows(
        rt, "SELECT id, channel, algorithm, codes, written_by::text FROM rights.fingerprint"
    )
    assert sorted(kept) == [
        (1, "frames", descriptor.ALGORITHM, 2, "5"),
        (3, "pdq", pdq.ALGORITHM, 1, "5"),
    ]
    with rt.transaction() as tx:
        ours = packed.unpack(fingerprints.find(tx, out.id, descriptor.ALGORITHM))
        theirs = fingerprints.find(tx, out.id, pdq.ALGORITHM)
    assert packed.moments(ours) == [(0.0417, b"\xaa" * 32, 35), (1.5, b"\x0f" * 32, 100)]
    assert packed.moments(packed.unpack(theirs, pdq.ALGORITHM)) == [(2.0, b"\x55" * 32, 50)]


def test_what_is_added_after_codes_were_packed_lies_behind_what_was_compared(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        people.published(tx, creator)
    migrate(rt, "0099_packed_fingerprints.sql")

    with rt.transaction() as tx:
        late = people.published(tx, creator)
        fingerprints.insert(tx, late.id, [packed.pack(pictures.content(pictures.clouds(1)))])

    assert rows(rt, "SELECT max(id) FROM rights.fingerprint") == [(4,)]
