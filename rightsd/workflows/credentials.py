"""Proofs to take along: of a consent, of a decision, and of what still stands."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from ledger import entry, log
from rightsd.adapters import jose, sdjwt, statuslist
from rightsd.db import consents, generations, statuses
from rightsd.db.tx import Tx
from rightsd.domain import credential, ids, proof, status
from rightsd.domain.consent import Consent
from rightsd.domain.events import Event, from_body
from rightsd.domain.generation import Generation
from rightsd.domain.policy import Decision, Wish
from rightsd.domain.principal import Principal, Role
from rightsd.domain.status import Status
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime


def consent_credential(
    rt: Runtime, actor: Principal, consent_id: str, *, holder: jose.PublicKey | None
) -> str:
    """Return the credential of a consent, an SD-JWT VC, to whoever granted it or was granted it.

    Raises:
        RightsError: WITHDRAWN, once the consent permits nothing any more; CONFLICT while it is
            suspended.
    """
    actor.require(Role.PERSON, Role.CREATOR)
    with rt.transaction() as tx:
        consent = consents.find(tx, consent_id)
        if consent is None or actor.account_id not in {
            consent.account_id,
            *consent.terms.grantees,
        }:
            raise RightsError(Code.NOT_FOUND, "there is no such consent")
        place, found = statuses.of_consent(tx, consent_id)
        if found is Status.SUSPENDED:
            raise RightsError(Code.CONFLICT, "this consent is suspended; ask when it is resumed")
        if found is not Status.VALID:
            detail = "this consent permits nothing any more, so there is no credential of it"
            raise RightsError(Code.WITHDRAWN, detail)
        claims = credential.of_consent(
            consent,
            _events(tx, consent_id)[0],
            issuer=rt.issuer.url,
            grantee_id=_grantee_shown(consent, actor),
            status=(place.index, _list_address(rt, place.list_number)),
            holder=None if holder is None else jose.public_members(holder),
            now=tx.now,
        )
    return sdjwt.issue(
        rt.credential_keys.signer(),
        credential.TYP,
        claims.shown,
        disclosable=claims.disclosable,
        salt=lambda: secrets.token_bytes(sdjwt.SALT_BYTES),
    )


def consent_receipt(rt: Runtime, actor: Principal, consent_id: str) -> str:
    """Return a receipt of a consent and of all that became of it, to the person who granted it."""
    actor.require(Role.PERSON)
    with rt.transaction() as tx:
        consent = _owned(tx, actor, consent_id)
        claims = proof.consent_receipt(
            consent,
            _events(tx, consent_id),
            issuer=rt.issuer,
            receipt_id=ids.new("rcp"),
            now=tx.now,
        )
    return jose.sign(rt.credential_keys.signer(), proof.CONSENT_TYP, claims)


def decision_receipt(rt: Runtime, actor: Principal, generation_id: str) -> str:
    """Return a receipt of the newest decision on a request, to whoever asked.

    Raises:
        RightsError: WITHDRAWN, once its words were erased with someone whom they were about.
    """
    actor.require(Role.CREATOR, Role.PERSON)
    with rt.transaction() as tx:
        generation = generations.find(tx, generation_id)
        if generation is None:
            raise RightsError(Code.NOT_FOUND, "there is no such generation")
        actor.require_owner(generation.account_id, "generation")
        events = _events(tx, generation_id)
        request = _commitment(generation, events)
        event = [event for event in events if "outcome" in event.data][-1]
        _require_on_record(generation.decision, event)
        claims = proof.decision_receipt(
            generation.decision,
            event,
            request=request,
            account_id=generation.account_id,
            issuer=rt.issuer,
            now=tx.now,
        )
    return jose.sign(rt.credential_keys.signer(), proof.DECISION_TYP, claims)


def preflight_receipt(
    rt: Runtime, wish: Wish, decision: Decision, *, salt: bytes, now: datetime
) -> str:
    """Return a receipt of what the gate would have said at a time, bound to what was asked.

    Whoever made the decision has asked who may.
    """
    claims = proof.preflight_receipt(
        decision,
        request=entry.commit(salt, entry.encode(proof.wish_written(wish))).hex(),
        account_id=wish.creator_id,
        issuer=rt.issuer,
        now=now,
    )
    return jose.sign(rt.credential_keys.signer(), proof.PREFLIGHT_TYP, claims)


def status_list(rt: Runtime, number: int) -> str | None:
    """Return a status list, signed, as everything stands now; None when there is no such list."""
    if not 0 <= number <= status.NUMBER_MAX:
        return None
    with rt.transaction() as tx:
        if not statuses.is_begun(tx, number):
            return None
        told = statuses.told(tx, number)
        issued_at = credential.seconds(tx.now)
    packed = statuslist.pack(
        ((index, status.of_state(state)) for state, indexes in told for index in indexes),
        size=status.LIST_SIZE,
        bits=status.BITS,
    )
    claims = {
        "iss": rt.issuer.url,
        "sub": _list_address(rt, number),
        "iat": issued_at,
        "exp": issued_at + status.LIFETIME_SECONDS,
        "ttl": status.TTL_SECONDS,
        "status_list": statuslist.claim(packed, bits=status.BITS),
    }
    return jose.sign(rt.credential_keys.signer(), statuslist.TYP, claims)


def key_set(rt: Runtime) -> bytes:
    """Return the keys that verify all of this, a JWK Set."""
    return jose.key_set(signer.public for signer in rt.credential_keys.all())


def metadata(rt: Runtime) -> Mapping[str, str]:
    """Return where an issuer's keys are (draft-ietf-oauth-sd-jwt-vc, JWT VC issuer metadata)."""
    return {"issuer": rt.issuer.url, "jwks_uri": rt.issuer.url + credential.KEYS_PATH}


def _list_address(rt: Runtime, number: int) -> str:
    return f"{rt.issuer.url}{credential.STATUS_LISTS_PATH}/{number}"


def _grantee_shown(consent: Consent, actor: Principal) -> str | None:
    """Return whom a credential names: of several grantees each learns of themselves alone."""
    grantees = consent.terms.grantees
    if actor.account_id in grantees:
        return actor.account_id
    return grantees[0] if len(grantees) == 1 else None


def _owned(tx: Tx, actor: Principal, consent_id: str) -> Consent:
    consent = consents.find(tx, consent_id)
    if consent is None:
        raise RightsError(Code.NOT_FOUND, "there is no such consent")
    actor.require_owner(consent.account_id, "consent")
    return consent


def _events(tx: Tx, thing_id: str) -> Sequence[Event]:
    return [from_body(entry.decode(body)) for body in log.bodies_about(tx.conn, thing_id)]


def _commitment(generation: Generation, events: Sequence[Event]) -> str:
    """Return the ledger's commitment to the prompt, having opened it."""
    wanted = generation.wanted
    if not wanted.salt:
        detail = "someone whom this request was about has left, and its words were erased"
        raise RightsError(Code.WITHDRAWN, detail)
    opened = entry.commit(wanted.salt, wanted.prompt.encode()).hex()
    if events[0].data["request"] != opened:
        raise _not_on_record()
    return opened


def _require_on_record(decision: Decision, event: Event) -> None:
    """Sign nothing that the ledger does not say: the reasons lie in a row, which can be changed."""
    if any(event.data.get(name) != value for name, value in decision.facts().items()):
        raise _not_on_record()


def _not_on_record() -> RightsError:
    detail = "what is stored of this decision is not what the ledger says: ask the operator"
    return RightsError(Code.UNAVAILABLE, detail)
