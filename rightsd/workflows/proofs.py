"""Checking a credential or a receipt: no database, no account, no trust in who shows it.

All that is believed is the issuer's keys. Where they and the status list come from, if they are not
given, is the address that the proof itself names: it then says who its issuer is, and whether to
trust that one is for the reader to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledger import entry, policy
from ledger import proof as ledger_proofs
from ledger.errors import LedgerError
from ledger.policy import Policy
from rightsd.adapters import jose, sdjwt, statuslist
from rightsd.adapters.jose import KeySet, Members, invalid
from rightsd.domain import credential, proof, verification
from rightsd.domain.events import Event, from_body
from rightsd.domain.status import Status
from rightsd.domain.verification import Receipt

CLOCK_SKEW_SECONDS = 60  # By which an issuer's clock may be ahead of the reader's.
NUMERIC_DATE_MAX = 2**33  # In the year 2242; far below where a date cannot be written any more.
WRITTEN = "%Y-%m-%d %H:%M:%S UTC"

# fetch(url, bytes_max) returns what lies there, or raises a `RightsError`.
Fetch = Callable[[str, int], bytes]

KINDS: Mapping[str, str] = {
    credential.TYP: "a credential of a consent",
    proof.CONSENT_TYP: "a receipt of a consent",
    proof.DECISION_TYP: "a receipt of a decision",
    proof.PREFLIGHT_TYP: "a receipt of what would be decided",
    verification.TYP: "a receipt of a verification",
    statuslist.TYP: "a status list",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a good proof says.

    Attributes:
        typ: Its type, one of KINDS.
        binding: What the holder signed in presenting it, if anything.
        status: What the issuer's list says of it; None where a kind has no status.
        status_at: When the list was issued.
    """

    typ: str
    issuer: str
    issued_at: datetime
    expires_at: datetime
    claims: Mapping[str, Any]
    binding: Mapping[str, Any] | None
    status: Status | None
    status_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proven:
    """A receipt of a verification, and what of it the log bears out.

    Attributes:
        origin: The log; None: the receipt came with no checkpoint, and names no output.
        size: Of its checkpoint.
        witnesses: Those of the policy that cosigned it, by their names there.
        entries: Index and event of each entry.
    """

    receipt: Receipt
    origin: str | None
    size: int
    witnesses: tuple[str, ...]
    entries: tuple[tuple[int, Event], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What the reader has, instead of fetching it.

    Attributes:
        key_set: A JWK Set.
        status_list: A status list token.
    """

    key_set: bytes | None = None
    status_list: str | None = None


def check(text: str, given: Given, *, fetch: Fetch, now: datetime) -> Checked:
    """Return what a credential or receipt says, if it is good now.

    Args:
        text: The proof, as it was answered.
        given: What need not be fetched.
        fetch: Fetches the rest.
        now: The time of the reader's clock.

    Raises:
        RightsError: INVALID, with what is wrong: then nothing of it is to be believed. Or whatever
            `fetch` raises: then it could not be checked.
    """
    text = text.strip()
    is_credential = "~" in text
    token = sdjwt.split(text)[0] if is_credential else text
    typ = jose.typ_of(token)
    if typ not in KINDS or is_credential != (typ == credential.TYP):
        raise invalid("this is none of the credentials, receipts and lists that are known here")
    issuer = _text(jose.unverified(token), "iss")
    key_set = given.key_set
    if key_set is None:
        key_set = fetch(issuer + credential.KEYS_PATH, jose.KEY_SET_BYTES_MAX)
    keys = jose.parse_key_set(key_set)
    if not is_credential:
        claims = jose.verify(token, keys, typ=typ).claims
        issued_at, expires_at = _times(claims, now)
        return Checked(typ, issuer, issued_at, expires_at, claims, None, None, None)
    presented = sdjwt.verify(text, keys, typ=typ)
    claims = presented.claims
    if claims.get("vct") != credential.VCT:
        raise invalid("it is a credential, but not one of a consent")
    issued_at, expires_at = _times(claims, now)
    status, status_at = _status(claims, keys, given, fetch=fetch, now=now)
    bound = presented.binding
    if bound is not None:
        _require_signed_since(bound, claims, now)
    return Checked(typ, issuer, issued_at, expires_at, claims, bound, status, status_at)


def require_presented(checked: Checked, *, audience: str | None, nonce: str | None) -> None:
    """Check that whom a credential is bound to presents it here and now.

    Raises:
        RightsError: INVALID: they did not, or presented it to someone else or at another time.
    """
    for name, wanted in (("aud", audience), ("nonce", nonce)):
        if wanted is None:
            continue
        if checked.binding is None:
            raise invalid("the holder has not signed this presentation")
        if checked.binding[name] != wanted:
            raise invalid(f"the holder has signed a presentation with another {name}")


def require_logged(checked: Checked, trust: Policy) -> Proven:
    """Check what a receipt of a verification says of the log.

    Args:
        checked: The receipt.
        trust: Whose word counts: the log's, and its witnesses'.

    Raises:
        RightsError: INVALID: it is no such receipt, or the log does not bear it out.
    """
    if checked.typ != verification.TYP:
        raise invalid(f"this is {KINDS[checked.typ]}, and none of a verification")
    try:
        receipt = verification.parse(checked.claims)
        if receipt.checkpoint is None:
            found = Proven(receipt, None, 0, (), ())
        else:
            found = _proven(receipt, receipt.checkpoint.encode(), trust)
    except (LedgerError, ValueError) as error:
        raise invalid(f"its part of the log is not good: {error}") from error
    fault = verification.fault_of(receipt, [event for _, event in found.entries])
    if fault is not None:
        raise invalid(fault)
    return found


def _proven(receipt: Receipt, checkpoint: bytes, trust: Policy) -> Proven:
    approval = policy.verify(checkpoint, trust)
    head, keys = approval.checkpoint, {one.key for one in approval.cosignatures}
    entries = tuple(
        (
            ledger_proofs.verify_under(one.proof, one.entry, head, checkpoint),
            from_body(entry.decode(one.entry)),
        )
        for one in receipt.entries
    )
    witnesses = tuple(one.name for one in trust.witnesses if one.key in keys)
    return Proven(receipt, head.origin, head.size, witnesses, entries)


def _status(
    claims: Members, keys: KeySet, given: Given, *, fetch: Fetch, now: datetime
) -> tuple[Status, datetime]:
    """Return what the issuer's list says of a credential, if that is that it stands."""
    place = statuslist.place_of(claims)
    if place is None:
        raise invalid("the credential names no status list, so nothing would show a revocation")
    index, uri = place
    if not uri.startswith(f"{claims['iss']}/"):
        raise invalid("the credential names a status list of someone else than its issuer")
    token = given.status_list
    if token is None:
        token = fetch(uri, jose.TOKEN_CHARS_MAX).decode("ascii", errors="replace")
    said = jose.verify(token.strip(), keys, typ=statuslist.TYP).claims
    if said.get("sub") != uri:
        raise invalid("the status list is another one than the credential names")
    issued_at, _ = _times(said, now, what="the status list")
    found = statuslist.status_of(said.get("status_list"), index)
    if found != Status.VALID:
        why = "suspended" if found == Status.SUSPENDED else "revoked, or has ended otherwise"
        raise invalid(f"the issuer's list of {issued_at:{WRITTEN}} says: {why}")
    return Status.VALID, issued_at


def _times(claims: Members, now: datetime, *, what: str = "it") -> tuple[datetime, datetime]:
    """Return when a token was issued and when it ends, if it holds now."""
    issued, expires = (_date(claims, name) for name in ("iat", "exp"))
    begins = _date(claims, "nbf") if "nbf" in claims else issued
    clock = now.timestamp()
    if max(issued, begins) > clock + CLOCK_SKEW_SECONDS:
        raise invalid(f"{what} is from the future: look at your clock")
    if expires <= clock:
        raise invalid(f"{what} ran out on {datetime.fromtimestamp(expires, UTC):{WRITTEN}}")
    return datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)


def _require_signed_since(binding: Members, claims: Members, now: datetime) -> None:
    """Check that a holder signed after the credential was issued, and not in the future.

    How long ago is for the nonce to say (RFC 9901 section 7.3).
    """
    signed, latest = _date(binding, "iat"), now.timestamp() + CLOCK_SKEW_SECONDS
    if not claims["iat"] - CLOCK_SKEW_SECONDS <= signed <= latest:
        raise invalid("the holder's signature is older than the credential, or from the future")


def _date(claims: Members, name: str) -> int:
    found = claims.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < NUMERIC_DATE_MAX:
        raise invalid(f"{name} is not a time")
    return found


def _text(claims: Members, name: str) -> str:
    found = claims.get(name)
    if not isinstance(found, str):
        raise invalid(f"{name} is missing")
    return found
