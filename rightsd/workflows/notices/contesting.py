"""Contesting what was decided: counter-notices, actions in court, and appeals."""

import json
from dataclasses import asdict

from ledger import entry
from rightsd.db import letters, notices, turns
from rightsd.db.tx import Tx
from rightsd.domain import notice as domain
from rightsd.domain import regime
from rightsd.domain.events import Event, Value
from rightsd.domain.notice import Notice, Party, State
from rightsd.domain.principal import Principal
from rightsd.domain.regime import Counter
from rightsd.errors import Code, RightsError
from rightsd.workflows.notices import changing

# Appeals of one account as someone else: whoever goes through the log takes no reviewer's day.
WAITING_OF_OTHER = 10


def counter(tx: Tx, actor: Principal, notice_id: str, *, said: Counter) -> Notice:
    """Give a counter-notice, as whoever made the output.

    Raises:
        RightsError: NOT_FOUND: it is not against an output of theirs. INVALID: something is
            missing, which is named. CONFLICT: nothing is down, or there is no such right.
    """
    notice = _lock_as_creator(tx, actor, notice_id)
    domain.require_standing(notice)
    missing = regime.missing_in_counter(notice.kind, said)
    if missing is None:
        detail = "there is no counter-notice against a notice of this kind; you can appeal"
        raise RightsError(Code.CONFLICT, detail)
    if missing:
        words = regime.say(missing, notice.claim.language)
        named = {"missing": [element.id for element in missing]}
        raise RightsError(Code.INVALID, f"this counter-notice is not taken: {words}", named)
    written = {name: value for name, value in asdict(said).items() if name != "salt"}
    text = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    facts = {"said": entry.commit(said.salt, text.encode()).hex()}
    event = Event("notice.countered", notice.id, tx.now, facts)
    countered = domain.evolve(notice, event, counter=said)
    notices.update_countered(tx, countered, by=actor.account_id)
    changing.tell(tx, countered, event)
    return countered


def file_action(
    tx: Tx, notice_id: str, *, words: str, token: str | None = None, actor: Principal | None = None
) -> Notice:
    """Say that an action was filed in court, as the claimant: the output stays down.

    Raises:
        RightsError: CONFLICT: it was not countered, or has been put back.
    """
    notice = changing.lock_of_claimant(tx, notice_id, token, actor)
    return changing.change(tx, notice, "notice.action_filed", {}, words=words)


def appeal(
    tx: Tx, notice_id: str, *, words: str, token: str | None = None, actor: Principal | None = None
) -> Notice:
    """Appeal a decision: with the claimant's token, or with the key of any account.

    Whose account the output is of appeals as its creator; anyone else as someone else affected.

    Raises:
        RightsError: CONFLICT: it cannot be appealed by them, or not any more. NOT_FOUND. TOO_MANY:
            so many appeals of theirs, as someone else, wait already.
    """
    if token is not None:
        notice, party = changing.lock_of_claimant(tx, notice_id, token), Party.CLAIMANT
        by = notice.claimant.account_id
    elif actor is not None:
        turns.take(tx, f"appeals {actor.account_id}")
        notice, by = changing.lock(tx, notice_id), actor.account_id
        creator = notices.creator_of(tx, notice_id)
        party = Party.CREATOR if by == creator else Party.OTHER
        if by == notice.claimant.account_id:
            party = Party.CLAIMANT
    else:
        detail = "an appeal needs the claimant's Notice-Token, or an API key"
        raise RightsError(Code.UNAUTHENTICATED, detail)
    if party is Party.OTHER and by is not None:
        _require_room(tx, by)
    facts: dict[str, Value] = {"party": party.value, "account_id": by}
    appealed = changing.change(tx, notice, "notice.appealed", facts, words=words)
    # Once, however many join: creators have no mailbox here, and read it in what is against them.
    first = notice.state is not State.APPEALED
    if first and party is not Party.CLAIMANT and appealed.claim.email:
        letters.post(tx, notice_id, letters.Kind.NOTICE_APPEALED)
    return appealed


def _require_room(tx: Tx, account_id: str) -> None:
    if notices.count_appealed_by(tx, account_id, limit=WAITING_OF_OTHER) >= WAITING_OF_OTHER:
        detail = f"{WAITING_OF_OTHER} appeals of yours about others' notices wait for a decision"
        raise RightsError(Code.TOO_MANY, detail)


def _lock_as_creator(tx: Tx, actor: Principal, notice_id: str) -> Notice:
    notice = notices.lock(tx, notice_id)
    creator = notices.creator_of(tx, notice_id)
    if notice is None or creator is None or notice.decided_at is None:
        raise RightsError(Code.NOT_FOUND, "there is no such notice")
    actor.require_owner(creator, "notice")
    return notice
