"""Whether outputs may still be shown: read where it is used, never remembered."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db import (
    descriptions,
    exemptions,
    matches,
    resemblances,
    staydowns,
    storyboards,
    works,
)
from rightsd.db.tx import Tx
from rightsd.domain import passages
from rightsd.domain.generation import Generation, State, withdrawal_causes
from rightsd.domain.staydown import Bar, is_entry

# A release must not pass a new cause that commits beside it, and a cause that does not exist yet
# cannot be locked as a row: releases share this lock, opting out and upholding take it alone.
CAUSES_LOCK = 0x4341_5553_4553  # "CAUSES"


@dataclass(frozen=True, slots=True)
class Against:
    """What stands against an output.

    Attributes:
        why: In one sentence.
        ids: Of everything that does; none, when it was withdrawn and the rows do not say for what.
    """

    why: str
    ids: tuple[str, ...]


def lock_causes(tx: Tx) -> None:
    """Keep releases out until the transaction ends: a new cause against outputs is coming.

    Taken last of all, so that releases wait for the commit alone: not for whatever else this may
    have to wait for, such as an import that holds the names of a work for an hour. A release that
    has not seen the cause has committed before this returns, and the reaction finds its output.
    """
    tx.conn.execute("SELECT pg_advisory_xact_lock(%s)", (CAUSES_LOCK,))


def hold_causes(tx: Tx) -> None:
    """Keep opt-outs from being registered and notices from being upheld until the commit."""
    tx.conn.execute("SELECT pg_advisory_xact_lock_shared(%s)", (CAUSES_LOCK,))


def why_not(tx: Tx, generations: Sequence[Generation]) -> dict[str, str]:
    """Return, by id, why outputs may no longer be shown; those that may are not in it."""
    return {each: found.why for each, found in against(tx, generations).items()}


def against(tx: Tx, generations: Sequence[Generation]) -> dict[str, Against]:
    """Return, by id, what stands against outputs; those that may be shown are not in it."""
    ids = [generation.id for generation in generations]
    consents, notices = _ended_consents(tx, ids), upheld_notices(tx, ids)
    licensed, ended = _licences(tx, ids)
    references, lines = resemblances.strong(tx, ids), storyboards.lines(tx, ids)
    copies = _copies(tx, generations)
    found: dict[str, Against] = {}
    for generation in generations:
        covered = licensed.get(generation.id, set())
        said = passages.with_lines(generation.wanted.prompt, lines.get(generation.id, ()))
        # A contested name holds new requests; what is out stays until it is decided whose it is.
        optouts = _optouts(tx, said)
        shows = references.get(generation.id, {})
        causes = {
            "consents": consents.get(generation.id, []),
            "licences": ended.get(generation.id, []),
            "optouts": [each for each, work in optouts.items() if work not in covered],
            "references": [each for each, work in shows.items() if work not in covered],
            "notices": notices.get(generation.id, []),
            "staydowns": copies.get(generation.id, []),
        }
        why = withdrawal_causes(causes)
        if why is None and generation.state is not State.PUBLISHED:
            why = generation.reason or f"it is {generation.state}"
        if why is not None:
            found[generation.id] = Against(
                why, tuple(each for ids_ in causes.values() for each in ids_)
            )
    return found


def upheld_notices(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of the notices by which outputs are taken down now, by the output.

    They were upheld, and neither countered in vain, restored, retracted nor reversed since.
    """
    rows = tx.conn.execute(
        """
        SELECT generation_id, array_agg(id ORDER BY id) FROM rights.notice
        WHERE generation_id = ANY(%s) AND (stands OR state = 'upheld') GROUP BY generation_id
        """,
        (list(generation_ids),),
    )
    return dict(rows.fetchall())


def bars(tx: Tx, things: Sequence[str], *, account_id: str | None = None) -> dict[str, Bar]:
    """Return which of these are to stay down now: outputs by notice, others by an entry.

    Args:
        tx: The transaction.
        things: Ids of outputs and of stay-down entries.
        account_id: Whose copies are in question: what they are exempt from is left out.
    """
    kinds = {thing: [kind] for thing, kind in staydowns.kinds(tx, _entries(things)).items()}
    kinds |= _kinds_of_notices(tx, [thing for thing in things if not is_entry(thing)])
    if not kinds:
        return {}
    floods = matches.floods(tx, list(kinds))
    exempt = exemptions.exempt(tx, list(kinds), account_id) if account_id is not None else ()
    found = {
        thing: Bar(thing, tuple(of), thing in floods and floods[thing] is None)
        for thing, of in kinds.items()
    }
    return {thing: bar for thing, bar in found.items() if bar.closed or thing not in exempt}


def licensed_works(tx: Tx, generation_id: str) -> set[str]:
    """Return the works that an output may show by the licences that it rests on."""
    licensed, _ = _licences(tx, [generation_id])
    return licensed.get(generation_id, set())


def _entries(things: Sequence[str]) -> list[str]:
    return [thing for thing in things if is_entry(thing)]


def _kinds_of_notices(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return on what grounds outputs were taken down; those that were not are not in it."""
    upheld = upheld_notices(tx, generation_ids) if generation_ids else {}
    if not upheld:
        return {}
    rows = tx.conn.execute(
        "SELECT id, kind FROM rights.notice WHERE id = ANY(%s)",
        ([notice_id for ids in upheld.values() for notice_id in ids],),
    )
    kinds = dict(rows.fetchall())
    return {thing: sorted({kinds[each] for each in ids}) for thing, ids in upheld.items()}


def _copies(tx: Tx, generations: Sequence[Generation]) -> dict[str, list[str]]:
    """Return by output the notices and entries by which what it is a copy of is to stay down."""
    shown = matches.strong(tx, [generation.id for generation in generations])
    causes: dict[str, list[str]] = {}
    for generation in generations:
        things = shown.get(generation.id, ())
        bars_ = bars(tx, things, account_id=generation.account_id) if things else {}
        down = [thing for thing, bar in bars_.items() if not bar.held]
        if down:
            notices = upheld_notices(tx, [thing for thing in down if not is_entry(thing)])
            causes[generation.id] = [*_entries(down), *itertools.chain(*notices.values())]
    return causes


def _optouts(tx: Tx, prompt: str) -> dict[str, str]:
    """Return the works of the opt-outs that a prompt goes against, by name or by description.

    What may be a description, or cannot be compared, is no reason to withdraw what is out.
    """
    named = [each for each in works.named_in(tx, prompt) if not each.contested]
    described, _ = descriptions.resembled(tx, prompt)
    against = [*named, *(each for each in described if each.certain)]
    return {each.optout_id: each.work_id for each in against}


def _ended_consents(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[str]]:
    rows = tx.conn.execute(
        """
        SELECT reliance.generation_id, array_agg(consent.id ORDER BY consent.id)
        FROM rights.reliance JOIN rights.consent ON consent.id = reliance.consent_id
        WHERE reliance.generation_id = ANY(%s)
            AND (consent.state <> 'granted' OR consent.expires_at <= %s)
        GROUP BY reliance.generation_id
        """,
        (list(generation_ids), tx.now),
    )
    return dict(rows.fetchall())


def _licences(
    tx: Tx, generation_ids: Sequence[str]
) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Return the works that outputs may show by licence, and the licences that ended them.

    Both are by generation. A licence ends an output when it was revoked or has run out, unless its
    offer lets outputs stay after that; one that was used up ends none.
    """
    rows = tx.conn.execute(
        """
        SELECT reliance.generation_id, licence.id, offer.work_id,
            ending.reason IN ('expired', 'revoked')
                AND ending.reason <> ALL (offer.stays_after) AS ends
        FROM rights.licence_reliance AS reliance
        JOIN rights.licence ON licence.id = reliance.licence_id
        JOIN rights.offer ON offer.id = licence.offer_id
        CROSS JOIN LATERAL (SELECT CASE
            WHEN licence.state = 'active' AND licence.expires_at <= %s THEN 'expired'
            ELSE licence.state END AS reason) AS ending
        WHERE reliance.generation_id = ANY(%s)
        ORDER BY licence.id
        """,
        (tx.now, list(generation_ids)),
    )
    licensed: dict[str, set[str]] = {}
    ended: dict[str, list[str]] = {}
    for generation_id, licence_id, work_id, ends in rows:
        if ends:
            ended.setdefault(generation_id, []).append(licence_id)
        elif work_id is not None:
            licensed.setdefault(generation_id, set()).add(work_id)
    return licensed, ended
