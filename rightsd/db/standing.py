"""Whether outputs may still be shown: read where it is used, never remembered."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rightsd.db import (
    descriptions,
    exemptions,
    generations,
    lineages,
    matches,
    resemblances,
    revocations,
    staydowns,
    storyboards,
    works,
)
from rightsd.db.tx import Tx
from rightsd.domain import passages, revocation
from rightsd.domain.generation import Generation, State, withdrawal_causes
from rightsd.domain.revocation import Made, Revocation
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

    def named(self, asking: str) -> str:
        """Return what stands against it, if it can, whatever it was that made someone ask."""
        return asking if asking in self.ids or not self.ids else self.ids[0]


def lock_causes(tx: Tx) -> None:
    """Keep releases out until the transaction ends: a new cause against outputs is coming.

    Taken last of all (who registers a reference alone takes it first, and waits for nothing that
    others hold), so that releases wait for the commit alone: not for whatever else this may
    have to wait for, such as an import that holds the names of a work for an hour. Only what a
    release holds behind this lock itself, people, consents and licences, is locked after it. A
    release that has not seen the cause has committed before this returns, and the reaction finds
    its output.
    """
    tx.conn.execute("SELECT pg_advisory_xact_lock(%s)", (CAUSES_LOCK,))


def hold_causes(tx: Tx) -> None:
    """Keep out what `lock_causes` is taken for: opt-outs, notices, revocations."""
    tx.conn.execute("SELECT pg_advisory_xact_lock_shared(%s)", (CAUSES_LOCK,))


def why_not(tx: Tx, outputs: Sequence[Generation]) -> dict[str, str]:
    """Return, by id, why outputs may no longer be shown; those that may are not in it."""
    return {each: found.why for each, found in against(tx, outputs).items()}


def against(tx: Tx, outputs: Sequence[Generation]) -> dict[str, Against]:
    """Return, by id, what stands against outputs; those that may be shown are not in it.

    What stands against an output stands against all that is made of it.
    """
    causes = _causes(tx, outputs)
    for child_id, ids in _fallen(tx, outputs).items():
        causes[child_id]["outputs"] = ids
    found: dict[str, Against] = {}
    for output in outputs:
        why = withdrawal_causes(causes[output.id])
        if why is None and output.state is not State.PUBLISHED:
            why = output.reason or f"it is {output.state}"
        if why is not None:
            found[output.id] = Against(why, tuple(itertools.chain(*causes[output.id].values())))
    return found


def ended(tx: Tx, outputs: Sequence[Generation]) -> dict[str, str | None]:
    """Return which of some outputs may not be shown, and what keeps each from it, if it is named.

    Of what they are made themselves is left out.
    """
    causes = _causes(tx, outputs)
    return {
        output.id: next(itertools.chain(*causes[output.id].values()), output.because_of)
        for output in outputs
        if output.state is not State.PUBLISHED or withdrawal_causes(causes[output.id])
    }


def not_on(tx: Tx, outputs: Sequence[Generation]) -> dict[str, dict[str, list[str]]]:
    """Return, by id, the platforms on which outputs may not be shown, whatever they are for.

    Each has the ids of the revocations that say so, of the output or of what it is made of.
    """
    ids = [output.id for output in outputs]
    above = lineages.above(tx, ids)
    others = sorted({*itertools.chain(*above.values())} - set(ids))
    found, made = _taken_back(tx, [*outputs, *generations.with_ids(tx, others)])
    taken = {one.generation_id: revocation.without_platforms(found, one) for one in made}
    barred: dict[str, dict[str, list[str]]] = {}
    for each in ids:
        for one in (each, *above.get(each, ())):
            for platform, causes in taken.get(one, {}).items():
                barred.setdefault(each, {}).setdefault(platform, []).extend(causes)
    return barred


def ended_under(tx: Tx, generation: Generation) -> str | None:
    """Return the first thing that a generation rests on and that has ended, if any has."""
    ids = [generation.id]
    _, licences = _licences(tx, ids)
    ended_ = (_revocations(tx, [generation]), _ended_consents(tx, ids), licences)
    return next((each for found in ended_ for each in found.get(generation.id, ())), None)


def _fallen(tx: Tx, outputs: Sequence[Generation]) -> dict[str, list[str]]:
    """Return, by output, what keeps outputs from being shown that it is made of at any remove."""
    above = lineages.above(tx, [output.id for output in outputs])
    if not above:
        return {}
    made_of = generations.with_ids(tx, sorted(set(itertools.chain(*above.values()))))
    fallen = ended(tx, made_of)
    accounts = {output.account_id for output in outputs if output.id in above}
    spared_ = {each: spared(tx, fallen, each) for each in accounts}
    whose = {output.id: output.account_id for output in outputs}
    return {
        child_id: [
            fallen[each] or each
            for each in ids
            if each in fallen and each not in spared_[whose[child_id]]
        ]
        for child_id, ids in above.items()
    }


def _causes(
    tx: Tx, outputs: Sequence[Generation], *, whole: bool = False
) -> dict[str, dict[str, list[str]]]:
    """Return, by output, what stands against it: see `withdrawal_causes`.

    Opt-outs by what is said are left out, unless the whole is asked for, where something else does.
    """
    ids = [output.id for output in outputs]
    consents, notices = _ended_consents(tx, ids), upheld_notices(tx, ids)
    licensed, ended_ = _licences(tx, ids)
    references, lines = resemblances.strong(tx, ids), storyboards.lines(tx, ids)
    revoked, copies = _revocations(tx, outputs), _copies(tx, outputs)
    causes: dict[str, dict[str, list[str]]] = {}
    for output in outputs:
        covered = licensed.get(output.id, set())
        shows = references.get(output.id, {})
        facts = {
            "revocations": revoked.get(output.id, []),
            "consents": consents.get(output.id, []),
            "licences": ended_.get(output.id, []),
            "references": [each for each, work in shows.items() if work not in covered],
            "notices": notices.get(output.id, []),
            "staydowns": copies.get(output.id, []),
        }
        if whole or not any(facts.values()):  # Reading what is said takes longer than all of this.
            said = passages.with_lines(output.wanted.prompt, lines.get(output.id, ()))
            optouts = _optouts(tx, said)
            facts["optouts"] = [each for each, work in optouts.items() if work not in covered]
        causes[output.id] = facts
    return causes


def _revocations(tx: Tx, outputs: Sequence[Generation]) -> dict[str, list[str]]:
    """Return, by output, the revocations that stand against it."""
    found, made = _taken_back(tx, outputs)
    return {one.generation_id: revocation.against(found, one) for one in made}


def _taken_back(tx: Tx, outputs: Sequence[Generation]) -> tuple[list[Revocation], list[Made]]:
    """Return the revocations that may be about outputs, and these as revocations see them."""
    made = revocations.made(tx, outputs)
    licences = {each: licensed for one in made for each, licensed in one.licences.items()}
    found = revocations.about(
        tx,
        generation_ids=[one.generation_id for one in made],
        consents={each for one in made for each in one.consents},
        licences=licences,
        subjects={each for one in made for each in one.people},
        works={licensed.work_id for licensed in licences.values() if licensed.work_id},
    )
    return found, made


def suspects(tx: Tx, outputs: Sequence[Generation], work_ids: Collection[str]) -> list[str]:
    """Return the ids of outputs that name, describe or show any of some works.

    Whether that keeps one from being shown, `why_not` says. This is for looking through many: a
    prompt is compared with the descriptions of these works alone.
    """
    ids = [output.id for output in outputs]
    references, lines = resemblances.strong(tx, ids), storyboards.lines(tx, ids)
    found: list[str] = []
    for output in outputs:
        said = passages.with_lines(output.wanted.prompt, lines.get(output.id, ()))
        against = {*_optouts(tx, said, work_ids).values(), *references.get(output.id, {}).values()}
        if not against.isdisjoint(work_ids):
            found.append(output.id)
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


def barred_by(tx: Tx, thing: str) -> list[str]:
    """Return by what something is to stay down: notices that stand, or the entry itself."""
    return [thing] if is_entry(thing) else upheld_notices(tx, [thing]).get(thing, [])


def licensed_works(tx: Tx, generation_id: str) -> set[str]:
    """Return the works that an output may show by the licences that it rests on."""
    licensed, _ = _licences(tx, [generation_id])
    return licensed.get(generation_id, set())


def spared(tx: Tx, fallen: Mapping[str, str | None], account_id: str) -> set[str]:
    """Return the outputs that fell by notice alone and that an account may make something of.

    It is exempt from their stay-down, or a flood has a reviewer look at each use of them.

    Args:
        tx: The transaction.
        fallen: What each output fell by: see `ended`.
        account_id: Whose clip is made of them.
    """
    upheld = upheld_notices(tx, list(fallen)) if fallen else {}
    by_notice = [each for each in upheld if fallen[each] in upheld[each]]
    bars_ = bars(tx, by_notice, account_id=account_id) if by_notice else {}
    open_ = [each for each in by_notice if each not in bars_ or bars_[each].held]
    outputs = generations.with_ids(tx, open_) if open_ else []
    causes = _causes(tx, outputs, whole=True) if outputs else {}
    return {
        output.id
        for output in outputs
        if (output.state is State.PUBLISHED or output.because_of in upheld[output.id])
        and not any(ids for name, ids in causes[output.id].items() if name != "notices")
    }


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


def _optouts(tx: Tx, prompt: str, described_by: Collection[str] | None = None) -> dict[str, str]:
    """Return the works of the opt-outs that a prompt goes against, by name or by description.

    A contested name, what may be a description, or what cannot be compared, is no reason to
    withdraw what is out: it stays until it is decided whose the name is.

    Args:
        tx: The transaction.
        prompt: The words.
        described_by: Works whose descriptions count; None: all.
    """
    named = [each for each in works.named_in(tx, prompt) if not each.contested]
    described, _ = descriptions.resembled(tx, prompt, among=described_by)
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
