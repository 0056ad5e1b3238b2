"""Taking notices in. Anyone may give one; what is missing is named, and can be added later."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any

from ledger import entry
from rightsd.db import claimants, generations, letters, notices
from rightsd.db.tx import Tx
from rightsd.domain import declaration, generation, ids, regime, suspension
from rightsd.domain import notice as domain
from rightsd.domain.events import Event, Value
from rightsd.domain.notice import Claimant, Notice, State
from rightsd.domain.principal import Principal
from rightsd.domain.regime import Claim, Kind
from rightsd.errors import Code, RightsError
from rightsd.workflows.notices import changing

TOKEN_BYTES = 24
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_MAILBOX_PER_HOUR = 60
OF_ACCOUNT_PER_HOUR = 1_000
OF_FLAGGER_PER_HOUR = 10_000
FROM_NETWORK_PER_HOUR = 120  # Without an account, whatever addresses are given.
OPEN_OF_CLAIMANT = 3  # Against one output.
OPEN_AGAINST_OUTPUT = 200  # Of strangers: who has an account, or is exposed, is heard all the same.
LETTERS_PER_DAY = 3  # About what one claimant sends: the address may be someone else's.
# What can be said later.
_ADDED = {field.name for field in fields(Claim)} - {"kind", "salt", "exact"}
RELEASED = (generation.State.PUBLISHED, generation.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class ReceivedNotice:
    """A notice, and the token by which its claimant comes back, shown this once."""

    notice: Notice
    token: str


def receive(
    tx: Tx,
    *,
    claim: Claim,
    generation_id: str | None = None,
    actor: Principal | None = None,
    address: str = "",
) -> ReceivedNotice:
    """Take a notice in.

    Args:
        tx: The transaction.
        claim: What it says. Where it is exact is decided here.
        generation_id: The output it is against, if they could say or we could find it.
        actor: Whose key came with it, if one did.
        address: The network address that it came from.

    Raises:
        RightsError: NOT_FOUND: there is no such output. INVALID: the e-mail address is none, or
            something is too long. TOO_MANY. FORBIDDEN: the claimant is suspended.
    """
    regime.require(claim)
    location = claim.location or generation_id or ""
    claim = replace(claim, location=location, exact=generation_id is not None)
    origin = declaration.origin(address)
    by = actor and actor.account_id
    mac = notices.claimant_of(tx, by or declaration.mailbox(claim.email) or f"network {origin}")
    flagger_id = claimants.flagger_of(tx, mac)
    origin_mac = None if by or not origin else notices.origin_of(tx, origin)
    _require_room(tx, claim, mac, origin_mac, trusted=flagger_id is not None, account=by)
    _require_room_against(tx, claim.kind, generation_id, mac, origin_mac, account=by)
    if generation_id is not None:
        hold_target(tx, generation_id)
    # Whoever only writes a flagger's address is believed when they have answered our mail.
    claimant = Claimant(account_id=by, flagger_id=flagger_id if by else None)
    facts: dict[str, Value] = {"generation_id": generation_id, "kind": claim.kind.value}
    facts |= {"said": _commit(claim)}
    event = Event("notice.received", ids.new("ntc"), tx.now, facts)
    notice = domain.received(claim, claimant, event)
    events = [event]
    if missing := _names(claim):
        events.append(Event("notice.deficient", notice.id, tx.now, {"missing": missing}))
        notice = domain.evolve(notice, events[-1])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    token_hash = changing.hash_of(token)
    notices.insert(tx, notice, token_hash=token_hash, claimant_mac=mac, origin_mac=origin_mac)
    _write(tx, notice, mac, letters.Kind.NOTICE_RECEIVED)
    for each in events:
        tx.record(each)
    return ReceivedNotice(notice, token)


def complete(
    tx: Tx,
    notice_id: str,
    *,
    said: Mapping[str, Any],
    token: str | None = None,
    actor: Principal | None = None,
) -> Notice:
    """Add to what a deficient notice says, as its claimant; the rest stays as it was.

    Args:
        tx: The transaction.
        notice_id: The notice.
        said: Values of fields of the claim, by name; and `generation_id`, which makes it exact.
        token: The claimant's.
        actor: Or whose key it is.

    Raises:
        RightsError: CONFLICT: nothing is missing in it. INVALID: it adds nothing that is, or the
            address is another one. NOT_FOUND. TOO_MANY. FORBIDDEN: the claimant is suspended.
    """
    notice = changing.lock_of_claimant(tx, notice_id, token, actor)
    if notice.state is not State.DEFICIENT:
        raise RightsError(Code.CONFLICT, f"this notice is {notice.state}: nothing is missing in it")
    claim = replace(notice.claim, **{name: said[name] for name in _ADDED & set(said)})
    regime.require(claim)
    if notice.claim.email and claim.email != notice.claim.email:
        raise RightsError(Code.INVALID, "the e-mail address of a notice does not change")
    mac = _known_again(tx, notice, claim)
    generation_id: str | None = said.get("generation_id") or notice.generation_id
    if generation_id is not None and generation_id != notice.generation_id:
        hold_target(tx, generation_id)
        notice = replace(notice, generation_id=generation_id)
        claim = replace(claim, exact=True, location=claim.location or generation_id)
    facts: dict[str, Value] = {"generation_id": generation_id, "said": _commit(claim)}
    if missing := _names(claim):
        # So it ends: each time less is missing, and nobody fills the log with one token.
        if len(missing) >= len(regime.missing(notice.claim)):
            words = regime.say(regime.missing(claim), claim.language)
            raise RightsError(Code.INVALID, f"this adds nothing: {words}", {"missing": missing})
        return changing.change(
            tx, notice, "notice.deficient", facts | {"missing": missing}, claim=claim
        )
    completed = changing.change(tx, notice, "notice.completed", facts, claim=claim)
    _write(tx, completed, mac, letters.Kind.NOTICE_AMENDED)
    return completed


def complete_if_whole(tx: Tx, notice: Notice) -> Notice:
    """Return a notice that a reviewer has identified, completed if nothing else was missing.

    The claimant is told: clocks that wait until a notice is whole start with this.
    """
    if notice.state is not State.DEFICIENT or _names(notice.claim):
        return notice
    facts: dict[str, Value] = {"generation_id": notice.generation_id, "said": _commit(notice.claim)}
    completed = changing.change(tx, notice, "notice.completed", facts)
    _write(tx, completed, notices.claimant_mac(tx, notice.id), letters.Kind.NOTICE_AMENDED)
    return completed


def confirm(tx: Tx, notice_id: str, *, token: str) -> Notice:
    """Note that the claimant has followed the link in our mail; once more changes nothing.

    From now on we know whose notice it is: trust in the address counts, and so does a strike.
    """
    notice = changing.lock_of_claimant(tx, notice_id, token)
    if not changing.is_mailed(tx, notice_id, token):
        raise RightsError(Code.INVALID, "an address is confirmed by the link in our mail")
    if notice.claimant.confirmed_at is not None:
        return notice
    mac = notices.claimant_mac(tx, notice_id)
    trust = None if mac is None else claimants.flagger_of(tx, mac)
    flagger_id = notice.claimant.flagger_id or trust
    claimant = replace(notice.claimant, confirmed_at=tx.now, flagger_id=flagger_id)
    confirmed = replace(notice, claimant=claimant)
    notices.update(tx, confirmed)
    return confirmed


def retract(
    tx: Tx, notice_id: str, *, token: str | None = None, actor: Principal | None = None
) -> Notice:
    """Take a notice back, as its claimant; what it took down is put back."""
    notice = changing.lock_of_claimant(tx, notice_id, token, actor)
    return changing.change(tx, notice, "notice.retracted", {})


def hold_target(tx: Tx, generation_id: str) -> None:
    """Hold an output, so that nobody who is in it is erased between this look and the commit.

    Raises:
        RightsError: NOT_FOUND.
    """
    target = generations.hold(tx, generation_id)
    if target is None or target.state not in RELEASED:
        raise RightsError(Code.NOT_FOUND, "there is no published output by this id")


def _names(claim: Claim) -> list[str]:
    return [element.id for element in regime.missing(claim)]


def _commit(claim: Claim) -> str:
    """Return the ledger's commitment to what a notice says (api-specs/ledger.md)."""
    said = {name: value for name, value in asdict(claim).items() if name != "salt"}
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return entry.commit(claim.salt, written.encode()).hex()


def _known_again(tx: Tx, notice: Notice, claim: Claim) -> bytes | None:
    """Return by what a claimant is known who adds to a notice: once it has an address, by that.

    Otherwise who leaves it out at first would never be the one who was suspended, and a strike
    would go against everyone on their network.
    """
    if claim.email and not notice.claim.email and notice.claimant.account_id is None:
        mac = notices.claimant_of(tx, declaration.mailbox(claim.email))
        _require_heard(tx, claim, mac)
        notices.set_claimant(tx, notice.id, mac)
    return notices.claimant_mac(tx, notice.id)


def _write(tx: Tx, notice: Notice, mac: bytes | None, kind: letters.Kind) -> None:
    """Write to a claimant about what they sent: few times a day, until the address is theirs.

    Their turn is taken, so that no two notices are counted at once.
    """
    if not notice.claim.email:
        return
    if notice.claimant.confirmed_at is None and mac is not None:
        _take_turn(tx, mac)
        since, most = tx.now - DAY, LETTERS_PER_DAY
        if claimants.count_letters(tx, mac, since=since, limit=most) >= most:
            return
    letters.post(tx, notice.id, kind)


def _take_turn(tx: Tx, mac: bytes) -> None:
    if not claimants.take_turn(tx, mac):
        raise RightsError(Code.TOO_MANY, "another notice of yours is under way; send one by one")


def _require_heard(tx: Tx, claim: Claim, mac: bytes) -> None:
    """Check that it is a claimant's turn, and that they are not suspended.

    Raises:
        RightsError: TOO_MANY or FORBIDDEN.
    """
    _take_turn(tx, mac)
    for each in claimants.suspensions_of(tx, mac):
        if each.holds(tx.now) and claim.kind not in suspension.EXEMPT:
            detail = (
                f"no notices are taken from you until {each.until_at:%Y-%m-%d %H:%M} UTC, since"
                " several were abusive; you can appeal with the token of the last one"
            )
            raise RightsError(Code.FORBIDDEN, detail)


def _require_room(
    tx: Tx,
    claim: Claim,
    mac: bytes,
    origin_mac: bytes | None,
    *,
    trusted: bool,
    account: str | None,
) -> None:
    """Check how much a claimant and a network have sent.

    Raises:
        RightsError: TOO_MANY or FORBIDDEN.
    """
    _require_heard(tx, claim, mac)
    most = OF_MAILBOX_PER_HOUR
    if account is not None:
        most = OF_FLAGGER_PER_HOUR if trusted else OF_ACCOUNT_PER_HOUR
    hour = tx.now - HOUR
    if claimants.count_of(tx, mac, origin_mac=origin_mac, since=hour, limit=most) >= most:
        detail = f"{most:,} notices an hour are taken from one claimant; those taken in stay"
        raise RightsError(Code.TOO_MANY, detail)
    most = FROM_NETWORK_PER_HOUR
    if origin_mac and claimants.count_from(tx, origin_mac, since=hour, limit=most) >= most:
        detail = f"{most:,} notices an hour are taken from one network without an account"
        raise RightsError(Code.TOO_MANY, detail)


def _require_room_against(
    tx: Tx,
    kind: Kind,
    generation_id: str | None,
    mac: bytes,
    origin_mac: bytes | None,
    *,
    account: str | None,
) -> None:
    """Check how many notices wait against an output.

    Raises:
        RightsError: TOO_MANY.
    """
    if generation_id is None:
        return
    most = OPEN_OF_CLAIMANT
    if claimants.count_open_of(tx, generation_id, mac, origin_mac=origin_mac, limit=most) >= most:
        detail = f"{OPEN_OF_CLAIMANT} notices of yours against this output wait already"
        raise RightsError(Code.TOO_MANY, detail)
    if account is not None or kind is Kind.INTIMATE:
        return
    most = OPEN_AGAINST_OUTPUT
    if claimants.count_open_against(tx, generation_id, limit=most) >= most:
        detail = "too many notices against this output wait; more are taken with an account"
        raise RightsError(Code.TOO_MANY, detail)
