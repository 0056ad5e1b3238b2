"""What was taken back, as the gate reads it: consents, licences, and what clips are made of."""

from collections.abc import Sequence
from dataclasses import replace

from rightsd.db import generations, lineages, reliances, revocations, standing, subjects
from rightsd.db.tx import Tx
from rightsd.domain import lineage, revocation
from rightsd.domain.generation import Generation
from rightsd.domain.licence import Licence
from rightsd.domain.offer import Offer
from rightsd.domain.policy import Decision, Facts, Wish
from rightsd.domain.revocation import Asked

# The evidence of a reason that names what a request ended for.
_CAUSES = ("revocation_id", "because_of", "optout_id", "review_id")


def apply(
    tx: Tx, wish: Wish, facts: Facts, *, of: str | None, made_of: Sequence[str], hold: bool
) -> Facts:
    """Return facts without the consents that were taken back, and with what that refuses.

    Args:
        tx: The transaction.
        wish: What is wanted.
        facts: About its people.
        of: The generation that wants it, if there is one yet.
        made_of: Outputs that it is to be made of, beside those that are on record.
        hold: Keep what those outputs rest on as it is until the commit; whoever asks for that holds
            the outputs.
    """
    asked = _asked(tx, wish, of)
    towards = [consent for consents in facts.consents.values() for consent in consents or ()]
    found = revocations.about(
        tx,
        generation_ids=[of] if of else (),
        consents=[consent.id for consent in towards],
        subjects=asked.people,
    )
    counting = {
        handle: consents and [each for each in consents if revocation.lets(found, each, asked)]
        for handle, consents in facts.consents.items()
    }
    consenting = {each.subject_id for consents in counting.values() for each in consents or ()}
    above = _above(tx, of, made_of)
    stopped = [
        *revocation.reasons(found, asked, consenting),
        *lineage.reasons(_ended(tx, wish, above, hold=hold)),
        *lineage.reasons_of_platforms(_barred(tx, wish, above)),
    ]
    return replace(facts, consents=counting, stopped=stopped)


def that_count(tx: Tx, wish: Wish, licences: Sequence[Licence], *, of: str | None) -> list[Licence]:
    """Return those of a creator's licences that were not taken back."""
    asked = _asked(tx, wish, of)
    found = revocations.about(
        tx,
        licences=[licence.id for licence in licences],
        works=[licence.offer.work_id for licence in licences if licence.offer.work_id],
    )
    return [each for each in licences if revocation.lets_licence(found, each, asked)]


def that_would_count(tx: Tx, wish: Wish, offers: Sequence[Offer], *, of: str | None) -> list[Offer]:
    """Return those of some offers under which a licence would count that is issued now."""
    asked = _asked(tx, wish, of)
    works = [offer.work_id for offer in offers if offer.work_id]
    found = revocations.about(tx, works=works)
    return [each for each in offers if revocation.lets_offer(found, each, asked)]


def cause_of(tx: Tx, generation: Generation, decision: Decision) -> str | None:
    """Return the id of what a generation that is under way ends for, if it is named."""
    for reason in decision.reasons:
        for name in _CAUSES:
            if name in reason.evidence:
                return str(reason.evidence[name])
    return standing.ended_under(tx, generation)


def told(tx: Tx, cause_id: str | None) -> dict[str, str]:
    """Return what the ledger says of why a clip ended: not that it was its creator alone."""
    if cause_id is None or revocations.is_aimed(tx, cause_id):
        return {}
    return {"because_of": cause_id}


def _asked(tx: Tx, wish: Wish, of: str | None) -> Asked:
    people = {each.id: handle for handle, each in subjects.with_handles(tx, wish.cameos).items()}
    requested_at = tx.now if of is None else generations.requested_at(tx, of)
    return Asked(of, wish.creator_id, requested_at, people, wish.use.platforms)


def _above(tx: Tx, of: str | None, made_of: Sequence[str]) -> list[str]:
    """Return ids of the outputs that something is made of, at any remove, in order."""
    above = lineages.above(tx, [*made_of, *([of] if of else ())])
    return sorted({*made_of, *(each for ids in above.values() for each in ids)})


def _ended(tx: Tx, wish: Wish, above: Sequence[str], *, hold: bool) -> dict[str, str | None]:
    """Return which of the outputs that something is made of may not be shown, and for what."""
    if not above:
        return {}
    if hold:
        reliances.hold(tx, above)
    fallen = standing.ended(tx, generations.with_ids(tx, above))
    spared = standing.spared(tx, fallen, wish.creator_id)
    return {each: cause for each, cause in fallen.items() if each not in spared}


def _barred(tx: Tx, wish: Wish, above: Sequence[str]) -> dict[str, str]:
    """Return the platforms, of those that a use is for or may be for, that may not show it.

    Because of what it is made of; each with the revocation that says so.
    """
    if not above:
        return {}
    not_on = standing.not_on(tx, generations.with_ids(tx, above))
    return {
        name: causes[0]
        for named in not_on.values()
        for name, causes in named.items()
        if not wish.use.platforms or name in wish.use.platforms
    }
