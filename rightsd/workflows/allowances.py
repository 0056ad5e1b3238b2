"""The bank of phrases in which rules about words do not count."""

import secrets

from ledger import entry
from rightsd.db import allowances
from rightsd.db.tx import Tx
from rightsd.domain import allowance as domain
from rightsd.domain import ids
from rightsd.domain.allowance import Allowance, Words
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

LIST_MAX = 500
BANK_MAX = (
    500  # Phrases of one rule: all are read when the rule speaks. Whoever needs more mends it.
)
STAFF = (Role.REVIEWER, Role.ADMIN)


def add(tx: Tx, actor: Principal, *, rule: str, phrase: str, reason: str) -> Allowance:
    """Put a phrase in the bank: from this commit on the rule does not count in it."""
    actor.require(*STAFF)
    phrase = " ".join(phrase.split())
    domain.check(rule, phrase)
    if allowances.count_standing(tx, rule) >= BANK_MAX:
        detail = f"{rule} has {BANK_MAX} phrases in the bank: a new version of the rule is due"
        raise RightsError(Code.TOO_MANY, detail)
    words = Words(phrase, reason, secrets.token_bytes(domain.SALT_BYTES))
    facts = {
        "account_id": actor.account_id,
        "rule": rule,
        "phrase": entry.commit(words.salt, phrase.encode()).hex(),
    }
    event = Event("allowance.added", ids.new("alw"), tx.now, facts)
    allowance = domain.evolve(None, event, words=words)
    if not allowances.insert(tx, allowance):
        raise RightsError(Code.CONFLICT, f"“{phrase}” is in the bank for {rule} already")
    tx.record(event)
    return allowance


def lift(tx: Tx, actor: Principal, allowance_id: str) -> Allowance:
    """Take a phrase out of the bank."""
    actor.require(*STAFF)
    allowance = allowances.lock(tx, allowance_id)
    if allowance is None:
        raise RightsError(Code.NOT_FOUND, "there is no such allowance")
    event = Event("allowance.lifted", allowance.id, tx.now, {"account_id": actor.account_id})
    allowance = domain.evolve(allowance, event)
    allowances.update_state(tx, allowance)
    tx.record(event)
    return allowance


def newest(tx: Tx, actor: Principal) -> list[Allowance]:
    """Return what was put in the bank, the newest first."""
    actor.require(*STAFF)
    return allowances.newest(tx, limit=LIST_MAX)
