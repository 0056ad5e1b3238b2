"""Writing what was imported: all of it in one transaction, or nothing.

What it rests on is kept as evidence. That event alone has a reaction: published outputs are checked
once for an import, however many opt-outs it has.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ledger import entry
from rightsd.db import claims, imports, optouts, revocations, standing, vocabulary, works
from rightsd.db import evidence as evidences
from rightsd.db.imports import Known
from rightsd.db.tx import Tx
from rightsd.domain import evidence as evidence_domain
from rightsd.domain import ids, matching, radius
from rightsd.domain import optout as optout_domain
from rightsd.domain import work as work_domain
from rightsd.domain.catalogue import Name, Row
from rightsd.domain.events import Event
from rightsd.domain.evidence import Evidence, Origin
from rightsd.domain.naming import Name as Sought
from rightsd.domain.optout import Optout
from rightsd.domain.principal import Principal, Role
from rightsd.domain.radius import Cap, Lately
from rightsd.domain.work import Kind, Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.imports.preparing import Document, Prepared, Progress, silent

CHANGES_MAX = 100  # Named one by one; the others are counted.
LIST_MAX = 500
ANALYSE_ROWS_MIN = 1_000  # Below that, what the planner believes does no harm.
ANALYSE_GROWTH = 4  # How much more there may be before it is told again.


class Change(StrEnum):
    """What becomes of an opt-out."""

    REGISTERED = "registered"
    LIFTED = "lifted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Changed:
    """A work, by the line that names it, and what becomes of its opt-out."""

    line: int
    title: str
    change: Change


@dataclass(slots=True)
class Imported:
    """What an import did, or would do.

    Attributes:
        unchanged: Works of which it says what is so already.
        kept: Opt-outs that stand although their source reserves nothing any more.
        waiting: Works with names that would refuse so much that a reviewer is asked first.
        changes: The first ones: see CHANGES_MAX.
    """

    evidence: tuple[Evidence, ...] = ()
    works: int = 0
    names: int = 0
    opted_out: int = 0
    lifted: int = 0
    kept: int = 0
    unchanged: int = 0
    waiting: int = 0
    changes: list[Changed] = field(default_factory=list[Changed])

    def note(self, row: Row, change: Change) -> None:
        """Remember what becomes of an opt-out, if there is room."""
        if len(self.changes) < CHANGES_MAX:
            self.changes.append(Changed(row.line, row.title, change))


def preview(
    rt: Runtime,
    actor: Principal,
    prepared: Prepared,
    *,
    lift: bool,
    cap: Cap = radius.CAP,
    progress: Progress = silent,
) -> Imported:
    """Return what `apply` would do now: it is done, and undone before anyone could see it.

    Raises:
        RightsError: As for `apply`.
    """
    with rt.transaction() as tx:
        imports.mark(tx)
        imported = _write(tx, actor, prepared, lift=lift, cap=cap, progress=progress)
        imports.undo(tx)
    return imported


def keep(rt: Runtime, prepared: Prepared) -> None:
    """Keep the bytes of the evidence, before anything refers to them."""
    for document in prepared.documents:
        kept = rt.blobs.put(document.path)
        assert kept == document.sha256


def apply(
    tx: Tx,
    actor: Principal,
    prepared: Prepared,
    *,
    lift: bool,
    cap: Cap = radius.CAP,
    progress: Progress = silent,
) -> Imported:
    """Import it: all, or with the transaction nothing. The evidence has been kept before.

    Args:
        tx: The transaction.
        actor: Who imports.
        prepared: What.
        lift: Lift the opt-outs that were imported from a source which no longer reserves anything;
            otherwise they stay. A table says of each work what is to be.
        cap: How much a claim may refuse before a reviewer has looked at it.
        progress: Told how far it is.

    Raises:
        RightsError: FORBIDDEN; INVALID, with `faults`: two rows contradict each other; CONFLICT:
            someone lifts one of the opt-outs at this moment.
    """
    imported = _write(tx, actor, prepared, lift=lift, cap=cap, progress=progress)
    standing.lock_causes(tx)
    return imported


def mine(tx: Tx, actor: Principal) -> list[Evidence]:
    """Return the evidence that the account brought."""
    actor.require(Role.RIGHTS_HOLDER)
    return evidences.of_account(tx, actor.account_id, limit=LIST_MAX)


@dataclass(frozen=True, slots=True)
class _Aim:
    """For whom, on what, and how far an import goes.

    Attributes:
        explicit: Each row says what is to be of its work.
        lift: Opt-outs are lifted where the rows say no.
        asked: What was asked for lately, by which claims are measured.
        cap: How much each may refuse.
    """

    account_id: str
    evidence_id: str
    explicit: bool
    lift: bool
    asked: Lately
    cap: Cap


@dataclass(slots=True)
class _Weighed:
    """What is to become of names when all of them are written: see `claims.hold`.

    Attributes:
        heavy: Works with names that would refuse something that was asked for lately.
        worse: Works, of whoever, with names that others have more right to.
    """

    heavy: list[str] = field(default_factory=list[str])
    worse: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class _Batch:
    """What is to be written of some rows.

    Attributes:
        new_names: Of the works that are added; nobody else can have added those.
        new_optouts: Over these works.
        names: Of works that were there, as `optouts`: others may be at them.
        rows: With the work of each.
    """

    works: list[Work] = field(default_factory=list[Work])
    new_names: list[tuple[str, Name]] = field(default_factory=list[tuple[str, Name]])
    new_optouts: list[Optout] = field(default_factory=list[Optout])
    names: list[tuple[str, Name]] = field(default_factory=list[tuple[str, Name]])
    optouts: list[Optout] = field(default_factory=list[Optout])
    lifts: list[str] = field(default_factory=list[str])
    rows: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])
    events: list[Event] = field(default_factory=list[Event])


def _write(
    tx: Tx, actor: Principal, prepared: Prepared, *, lift: bool, cap: Cap, progress: Progress
) -> Imported:
    actor.require(Role.RIGHTS_HOLDER)
    imports.hold_account(tx, actor.account_id)
    found = tuple(_record(tx, actor, document) for document in prepared.documents)
    explicit = prepared.explicit
    aim = _Aim(
        actor.account_id,
        found[0].id,
        explicit,
        lift=explicit or lift,
        asked=claims.lately(tx),
        cap=cap,
    )
    imported, weighed = Imported(evidence=found), _Weighed()
    done, analyse_at = 0, ANALYSE_ROWS_MIN
    for rows in prepared.batches():
        _write_batch(tx, aim, _merged(rows), imported, weighed)
        done += len(rows)
        progress("writing", done, prepared.rows)
        if done >= analyse_at:
            imports.analyse(tx)
            analyse_at = ANALYSE_GROWTH * done
    if done >= ANALYSE_ROWS_MIN:
        imports.analyse(tx)
    _limit(tx, aim, weighed, imported)
    return imported


def _record(tx: Tx, actor: Principal, document: Document) -> Evidence:
    origin = Origin(document.source, secrets.token_bytes(entry.SALT_BYTES))
    facts = {
        "account_id": actor.account_id,
        "kind": document.kind.value,
        "fetched": document.fetched,
        "sha256": document.sha256,
        "source": entry.commit(origin.salt, origin.source.encode()).hex(),
    }
    event = Event("evidence.recorded", ids.new("evd"), tx.now, facts)
    evidence = evidence_domain.evolve(None, event, size=document.size, origin=origin)
    evidences.insert(tx, evidence)
    tx.record(event)
    return evidence


def _merged(rows: Iterable[Row]) -> dict[tuple[Kind, str], Row]:
    """Return the rows by work; what several lines say of one work is put together."""
    merged: dict[tuple[Kind, str], Row] = {}
    for row in rows:
        first = merged.get((row.kind, row.title))
        if first is None:
            merged[row.kind, row.title] = row
        elif first.opted_out is not row.opted_out:
            raise _contradiction(row)
        else:
            names = {name.folded: name for name in (*row.names, *first.names)}
            merged[row.kind, row.title] = replace(first, names=tuple(names.values()))
    return merged


def _write_batch(
    tx: Tx,
    aim: _Aim,
    rows: Mapping[tuple[Kind, str], Row],
    imported: Imported,
    weighed: _Weighed,
) -> None:
    known: dict[tuple[Kind, str], list[Known]] = {}
    for each in imports.known(tx, aim.account_id, rows):
        known.setdefault((each.kind, each.title), []).append(each)
    batch = _Batch()
    for key, row in rows.items():
        _plan(tx, aim, row, known.get(key, ()), batch, imported)
    imports.insert_works(tx, batch.works)
    imported.works += len(batch.works)
    imports.insert_new_names(tx, batch.new_names)
    imported.names += len(batch.new_names) + imports.insert_names(tx, batch.names)
    _require_uncrowded(tx, aim, rows)
    imports.insert_new_optouts(tx, batch.new_optouts)
    inserted = imports.insert_optouts(tx, batch.optouts)
    inserted |= {optout.id for optout in batch.new_optouts}
    imported.opted_out += len(inserted)
    # Someone else in the account has registered the others at this moment: they stand, and so do
    # the events of that.
    events = [
        event
        for event in batch.events
        if event.kind != "optout.imported" or event.subject in inserted
    ]
    events += _lift(tx, batch.lifts)
    imported.lifted += len(batch.lifts)
    tx.record_all(events)
    _weigh(tx, aim, batch.rows, weighed)


def _weigh(tx: Tx, aim: _Aim, rows: Sequence[tuple[str, Row]], weighed: _Weighed) -> None:
    """Find out which names may refuse too much, and which others claim as well."""
    for work_id, row in rows:
        names = [_sought(work_id, name) for name in row.names] if row.opted_out else []
        if radius.of(names, aim.asked, vocabulary.load()).refused:
            weighed.heavy.append(work_id)
    weighed.worse |= claims.worse(tx, [work_id for work_id, _ in rows])


def _limit(tx: Tx, aim: _Aim, weighed: _Weighed, imported: Imported) -> None:
    """Let names wait that would refuse too much, and contest those that others claim as well.

    All at the end, so that no name is held while others are written, which takes its time.
    """
    claims.hold(tx, [*weighed.heavy, *weighed.worse])
    for work_id in weighed.heavy:
        work = works.find(tx, work_id)
        assert work is not None
        imported.waiting += claims.brake(tx, work, aim.asked, aim.cap)
    claims.contest(tx, sorted(weighed.worse))


def _sought(work_id: str, name: Name) -> Sought:
    skeleton = matching.skeleton(name.folded)
    return Sought(work_id, "", "", name.shown, name.folded, skeleton, None, ())


def _plan(
    tx: Tx, aim: _Aim, row: Row, known: Sequence[Known], batch: _Batch, imported: Imported
) -> None:
    """Add to a batch what is to be written of one work."""
    over = [each for each in known if each.optout_id is not None]
    # By an earlier line: of this import, or it would not have this evidence.
    already = any(each.evidence_id == aim.evidence_id for each in over)
    if already and not row.opted_out:
        raise _contradiction(row)
    if known:
        work_id = (over or known)[0].work_id
    elif not row.opted_out and not aim.explicit:
        imported.unchanged += 1  # A site that reserves nothing is no work that someone looks after.
        return
    else:
        work_id = _register(tx, aim, row, batch)
    batch.rows.append((work_id, row))
    named = [(work_id, name) for name in row.names]
    if known:
        batch.names += named
    else:
        batch.new_names += named
    if row.opted_out and not over:
        facts = {
            "account_id": aim.account_id,
            "work_id": work_id,
            "evidence_id": aim.evidence_id,
        }
        event = Event("optout.imported", ids.new("opt"), tx.now, facts)
        optout = optout_domain.evolve(None, event)
        (batch.optouts if known else batch.new_optouts).append(optout)
        batch.events.append(event)
        imported.note(row, Change.REGISTERED)
    elif row.opted_out or not over:
        imported.unchanged += 1 if known and not already else 0
    elif aim.explicit or (aim.lift and all(each.evidence_id for each in over)):
        batch.lifts += [each.optout_id for each in over if each.optout_id is not None]
        imported.note(row, Change.LIFTED)
    else:
        imported.kept += 1
        imported.note(row, Change.KEPT)


def _register(tx: Tx, aim: _Aim, row: Row, batch: _Batch) -> str:
    facts = {"account_id": aim.account_id, "kind": row.kind.value}
    event = Event("work.registered", ids.new("wrk"), tx.now, facts)
    batch.works.append(work_domain.evolve(None, event, title=row.title))
    batch.events.append(event)
    return event.subject


def _lift(tx: Tx, optout_ids: Sequence[str]) -> list[Event]:
    events: list[Event] = []
    locked = optouts.lock_all(tx, optout_ids)
    revocations.require_unsuspended(tx, [optout.work_id for optout in locked])
    for optout in locked:
        event = Event("optout.lifted", optout.id, tx.now, {})
        optouts.update_state(tx, optout_domain.evolve(optout, event))
        events.append(event)
    return events


def _require_uncrowded(tx: Tx, aim: _Aim, rows: Mapping[tuple[Kind, str], Row]) -> None:
    lines = {
        matching.skeleton(name.folded): row.line for row in rows.values() for name in row.names
    }
    crowded = works.crowded(tx, aim.account_id, list(lines), most=work_domain.ALIKE_MAX)
    if crowded is not None:
        raise _fault(lines[crowded], work_domain.CROWDED)


def _contradiction(row: Row) -> RightsError:
    return _fault(row.line, f"it says the opposite of what an earlier line says of “{row.title}”")


def _fault(line: int, what: str) -> RightsError:
    faults = {"faults": [{"line": line, "what": what}], "faults_total": 1}
    return RightsError(Code.INVALID, f"line {line}: {what}", faults)
