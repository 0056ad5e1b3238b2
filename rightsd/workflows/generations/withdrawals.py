"""What follows for generations when a permission ends. Housekeeping: it guards nothing.

Whether an output may be shown is asked of the consents, opt-outs and notices themselves, wherever
it is shown. These procedures make the rows say what has long been true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fingerprint.bundle import Fingerprint as Content
from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.db import (
    exemptions,
    fingerprints,
    generations,
    lineages,
    notices,
    optouts,
    reliances,
    resemblances,
    reviews,
    revocations,
    standing,
    staydowns,
    withdrawals,
)
from rightsd.db import matches as match_rows
from rightsd.db.standing import Against
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain.events import Event
from rightsd.domain.generation import UNDER_WAY, Generation, State
from rightsd.domain.policy import Outcome
from rightsd.domain.resemblance import Resemblance
from rightsd.domain.revocation import Scope
from rightsd.domain.staydown import Found, is_entry
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding, delistings, matches

BATCH = 100
COPY_SCORE_MIN = 0.9  # A match this good is the same clip, not another one of the same scene.


def end_under(rt: Runtime, relied_id: str) -> None:
    """End what rests on a consent or a licence that ended.

    What is under way is refused, and what is out withdrawn, unless it may stay: a licence can say
    so of what was published under it.
    """
    after = ""
    while True:
        with rt.unhurried() as tx:
            batch = generations.lock_live_under(tx, relied_id, after=after, limit=BATCH)
            out = [generation for generation in batch if generation.state is State.PUBLISHED]
            _end_all(tx, batch, standing.against(tx, out), relied_id)
        if not batch:
            break
        after = batch[-1].id
    _follow(rt)


def end_under_revocation(rt: Runtime, revocation_id: str) -> None:
    """End what a revocation stands against.

    For good, consents and licences end what rests on them themselves.
    """
    with rt.transaction() as tx:
        revocation = revocations.find(tx, revocation_id)
    assert revocation is not None
    after = ""
    while True:
        with rt.unhurried() as tx:
            # Whoever lifts it waits for this, and restores what it withdraws.
            revocations.hold(tx, revocation_id)
            page = revocations.reached(tx, revocation.target, after=after, limit=BATCH)
            batch = revocations.lock_reached(tx, page)
            against = standing.against(tx, batch)
            about = {each: found for each, found in against.items() if revocation_id in found.ids}
            _end_all(tx, [each for each in batch if each.id in about], about, revocation_id)
            if revocation.target.scope is Scope.PLATFORM:
                delistings.settle(tx, [each for each in batch if each.id not in about])
        if not page:
            break
        after = page[-1].id
        if revocation.target.scope is Scope.PLATFORM:
            delistings.follow(rt, [each.id for each in page])
    _follow(rt)


def end_remixes(rt: Runtime) -> int:
    """End what is made of outputs that were withdrawn; return how many clips were looked at."""
    with rt.transaction() as tx:
        remixes = lineages.severed(tx, limit=BATCH)
    for generation_id in remixes:
        with rt.unhurried() as tx:
            generation = generations.lock(tx, generation_id)
            # First, so that what is withdrawn from here on is followed again.
            lineages.note_followed(tx, generation_id)
            if generation is None or generation.state not in domain.LIVE:
                continue
            against = standing.against(tx, [generation])
            if generation_id in against and against[generation_id].ids:
                first, *others = against[generation_id].ids
                _end_all(tx, [generation], against, first)
                if generation.state is State.PUBLISHED:
                    withdrawals.note(tx, generation_id, others)
    return len(remixes)


def recheck_for_optout(rt: Runtime, because_of: str) -> None:
    """Withdraw the published outputs that opt-outs stand against.

    Args:
        rt: The runtime.
        because_of: Id of the opt-out, of the evidence of an import, or of a work that has a new
            description or of which a name has come to count.
    """
    with rt.transaction() as tx:
        work_ids = set(optouts.works_of(tx, because_of))
    after = ""
    while work_ids:
        with rt.unhurried() as tx:
            page = generations.page_of_published(tx, after=after, limit=BATCH)
            for suspect in standing.suspects(tx, page, work_ids):
                _withdraw_unless_permitted(tx, suspect, because_of)
            _doubt(tx, [generation.id for generation in page])
        if not page:
            break
        after = page[-1].id
    _follow(rt)


def recheck_for_reference(rt: Runtime, reference_id: str) -> None:
    """Note which outputs resemble a new reference, and withdraw those that show an opted-out work.

    Whatever is released after it was registered is compared with it there.
    """
    for output_id, shown in comparing.outputs_that_show(rt, _kept(rt, reference_id)):
        _note_reference(rt, output_id, replace(shown, reference_id=reference_id))


def recheck_output(rt: Runtime, generation_id: str, found: Sequence[Resemblance]) -> None:
    """Note what an output is found to show of references and entries only now, and withdraw it."""
    for one in found:
        if not is_entry(one.reference_id):
            _note_reference(rt, generation_id, one)
        elif one.strong:
            with rt.unhurried() as tx:
                withdraw_for_staydown(tx, generation_id, one.reference_id)


def recheck_for_staydown(rt: Runtime, staydown_id: str) -> None:
    """Withdraw the published outputs that a new stay-down entry shows beyond doubt.

    Whatever is released after it was added is compared with it there.
    """
    for output_id, shown in comparing.outputs_that_show(rt, _kept(rt, staydown_id)):
        if shown.strong:
            with rt.unhurried() as tx:
                if not withdraw_for_staydown(tx, output_id, staydown_id):
                    return


def withdraw_for_staydown(tx: Tx, generation_id: str, staydown_id: str) -> bool:
    """Withdraw an output that an entry shows, while it stands; return whether it does.

    Whoever ends the entry waits for this, and restores what it withdraws.
    """
    if not staydowns.hold(tx, staydown_id):
        return False
    _withdraw_copy(tx, generation_id, staydown_id, staydown_id)
    return True


def recheck_for_exemption(rt: Runtime, exemption_id: str) -> None:
    """Withdraw the published outputs that an exemption which ended let be shown.

    These are copies, and what is made of what stays down.
    """
    with rt.transaction() as tx:
        exemption = exemptions.find(tx, exemption_id)
        assert exemption is not None
        found = match_rows.outputs_with(tx, exemption.thing)
    after = ""
    while True:
        for generation_id in found:
            with rt.unhurried() as tx:
                _withdraw_unless_permitted(tx, generation_id, exemption_id)
        with rt.transaction() as tx:
            found = lineages.remixes(tx, [exemption.thing], after=after, most=BATCH)
        if not found:
            break
        after = found[-1]


def withdraw_for_notice(rt: Runtime, notice_id: str) -> None:
    """Withdraw the output that an upheld notice is against, and every copy of it."""
    with rt.transaction() as tx:
        notice = notices.hold(tx, notice_id)
        if notice is None or notice.generation_id is None or not notice.stands:
            return
        _withdraw_unless_permitted(tx, notice.generation_id, notice_id)
    whole = _kept(rt, notice.generation_id)
    copies = {one.asset_id for one in rt.match(whole.content) if one.score >= COPY_SCORE_MIN}
    copies.update(comparing.copies_of_parts(rt, whole))
    for output_id in sorted(copies - {notice.generation_id}):
        if not withdraw_copy(rt, output_id, notice.generation_id, notice_id):
            return
    _follow(rt)


def withdraw_copy(rt: Runtime, copy_id: str, of: str, notice_id: str) -> bool:
    """Withdraw a copy of an output while a notice against that stands; return whether it does."""
    with rt.unhurried() as tx:
        # Whoever takes it back waits for this, and restores what it withdraws.
        still = notices.hold(tx, notice_id)
        if still is None or not still.stands:
            return False
        _withdraw_copy(tx, copy_id, of, notice_id)
    return True


def restore_for_revocation(rt: Runtime, revocation_id: str) -> None:
    """Show again what a revocation kept withdrawn that was lifted, as far as that is permitted."""
    with rt.transaction() as tx:
        along = revocations.consequences(tx, revocation_id)
    for cause in (revocation_id, *along):
        restore_after(rt, cause)
    delistings.end(rt, revocation_id)


def recheck_for_voices(tx: Tx, generation_id: str, reference_ids: Sequence[str]) -> None:
    """Withdraw an output that has a voice of an opted-out work, or put on record that it may."""
    for reference_id in reference_ids:
        _withdraw_unless_permitted(tx, generation_id, reference_id)
    _doubt(tx, [generation_id])


def restore_for_notice(rt: Runtime, notice_id: str) -> None:
    """Show again what a notice kept withdrawn, copies too, if it takes nothing down any more."""
    with rt.transaction() as tx:
        notice = notices.find(tx, notice_id)
    if notice is not None and not notice.stands:
        restore_after(rt, notice_id)


def restore_for_exemption(rt: Runtime, exemption_id: str) -> None:
    """Show again what an exemption allows that stayed down, if nothing else is against it.

    These are copies, and what is made of what stays down.
    """
    with rt.transaction() as tx:
        exemption = exemptions.find(tx, exemption_id)
        assert exemption is not None
        causes = standing.barred_by(tx, exemption.thing)
    for cause in causes:
        restore_after(rt, cause)


def restore_after(rt: Runtime, because_of: str) -> None:
    """Show again what a cause kept withdrawn that is over, unless something else is against it."""
    after = withdrawals.FIRST
    while True:
        with rt.unhurried() as tx:
            page = withdrawals.page(tx, because_of, after=after, limit=BATCH)
            for _, generation_id in page:
                restore_if_permitted(tx, generation_id, because_of)
        if not page:
            return
        after = page[-1]


def restore_if_permitted(tx: Tx, generation_id: str, because_of: str) -> bool:
    """Show a withdrawn output again if nothing is against it; return whether it is shown.

    If something else is, that keeps it withdrawn from now on, so that its end looks at it again.
    What the person objected to, or a reviewer found, no row but the output's own speaks of: it was
    withdrawn because of that, and is not restored by the end of anything else.

    Args:
        tx: The transaction.
        generation_id: The output.
        because_of: Id of what is over; only what it keeps withdrawn is restored.
    """
    generation = lineages.lock(tx, generation_id)
    if generation is None or generation.state is not State.WITHDRAWN:
        return False
    if generation.because_of != because_of:
        return False
    # As for a release: whatever it rests on ends before this look or after the commit.
    standing.hold_causes(tx)
    reliances.hold(tx, [generation_id, *lineages.above(tx, [generation_id]).get(generation_id, ())])
    event = Event("generation.restored", generation_id, tx.now, {"because_of": because_of})
    restored = domain.evolve(generation, event)
    still = standing.against(tx, [restored]).get(generation_id)
    if still is not None:
        if still.ids:
            withdrawals.keep(tx, generation_id, still.ids[0])
        return False
    generations.update(tx, restored)
    tx.record(event)
    delistings.settle(tx, [restored])
    return True


def _follow(rt: Runtime) -> None:
    """End what is made of what was just withdrawn, and what is made of that."""
    while end_remixes(rt):
        pass


def _doubt(tx: Tx, generation_ids: Sequence[str]) -> None:
    """Put on record which published outputs may show opted-out works, an event each, once."""
    for generation_id, reference_ids in sorted(resemblances.doubtful(tx, generation_ids).items()):
        generation = generations.lock(tx, generation_id)
        if generation is None or generation.state is not State.PUBLISHED:
            continue
        # Another job may have said it while this one waited for the lock.
        new = resemblances.doubt(tx, generation_id, reference_ids)
        if new:
            event = Event("generation.doubted", generation_id, tx.now, {"because_of": new})
            domain.MACHINE.next(generation.state, event.kind)
            tx.record(event)


def _note_reference(rt: Runtime, generation_id: str, found: Resemblance) -> None:
    """Note that an output resembles a reference, and withdraw it if its work is opted out."""
    with rt.unhurried() as tx:
        resemblances.insert(tx, generation_id, [found])
        _withdraw_unless_permitted(tx, generation_id, found.reference_id)
        _doubt(tx, [generation_id])


def _kept(rt: Runtime, asset_id: str) -> Content:
    """Return all that is kept of an asset; nothing, of what was removed."""
    with rt.transaction() as tx:
        return files.unpack_whole(fingerprints.of_asset(tx, asset_id))


def _withdraw_copy(tx: Tx, generation_id: str, of: str, because_of: str) -> None:
    """Note that a published output is a copy, and withdraw it if nothing lets it stay."""
    copy = generations.find(tx, generation_id)
    if copy is not None:
        matches.note(tx, copy.id, [Found(of)], copy.account_id)
        _withdraw_unless_permitted(tx, copy.id, because_of)


def _withdraw_unless_permitted(tx: Tx, generation_id: str, because_of: str) -> None:
    """Withdraw a published output if, now that it is locked, something stands against it."""
    generation = generations.lock(tx, generation_id)
    if generation is not None and generation.state is State.PUBLISHED:
        _end_all(tx, [generation], standing.against(tx, [generation]), because_of)


def _end_all(
    tx: Tx, batch: Sequence[Generation], against: Mapping[str, Against], because_of: str
) -> None:
    """End locked generations: those under way are decided anew, those that are out withdrawn.

    Args:
        tx: The transaction.
        batch: The generations.
        against: What stands against those that are out; one that is not in it stays.
        because_of: Id of what made someone ask; what they are withdrawn for is what stands against
            them.
    """
    ended = [each for each in batch if each.state is State.PUBLISHED and each.id in against]
    causes = [{"because_of": against[each.id].named(because_of)} for each in ended]
    events = [
        Event("generation.withdrawn", each.id, tx.now, cause)
        for each, cause in zip(ended, causes, strict=True)
    ]
    generations.update_all(
        tx,
        [
            domain.evolve(each, event, reason=against[each.id].why)
            for each, event in zip(ended, events, strict=True)
        ],
    )
    tx.record_all(events)
    for review in reviews.open_about_outputs(tx, [each.id for each in ended]):
        reviews.drop(tx, review)
    for each in batch:
        if each.state in UNDER_WAY:
            _end_under_way(tx, each)


def _end_under_way(tx: Tx, generation: Generation) -> None:
    """Refuse a generation, or let it rest on another consent of the same person.

    One that waits need not wait under the other, or for someone else.
    """
    if generation.state is State.HELD:
        decision = deciding.decide(tx, deciding.wish_of(generation), of=generation.id)
        deciding.go_on(tx, generation, decision)
        return
    decision = deciding.end_unless_allowed(tx, generation)
    if decision.outcome is not Outcome.REFUSE:
        reliances.replace(tx, generation.id, decision)
