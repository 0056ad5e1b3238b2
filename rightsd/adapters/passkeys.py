"""Passkeys (W3C Web Authentication Level 3) through py_webauthn.

No attestation is asked for: which make of device someone has is nothing that we decide by. The
device says that it has checked who holds it, so that one passkey is two factors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from rightsd.domain.passkey import ANSWER_CHARS_MAX, CREDENTIAL_ID_BYTES_MAX, WITHIN, Party, Passkey
from rightsd.errors import Code, RightsError

# What the library raises of answers that no device makes: its own errors, and those of the
# language, as it looks into JSON and CBOR of any shape.
REFUSALS = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)
TIMEOUT_MS = int(WITHIN.total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class Registered:
    """What a device said of a passkey that it made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def registration(
    party: Party, *, user_id: str, user_name: str, challenge: bytes, known: Sequence[bytes]
) -> str:
    """Return what a device is asked to make a passkey by, as JSON.

    Args:
        party: Us.
        user_id: Whose it is to be; the device hands it back.
        user_name: What the device shows of that.
        challenge: What it is to sign.
        known: Credential ids of passkeys that they have: no device makes a second.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user_id.encode(),
        user_name=user_name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options)


def registered(party: Party, answer: str, *, challenge: bytes) -> Registered:
    """Return the passkey that a device has made.

    Raises:
        RightsError: INVALID: the answer is not one to this challenge, here.
    """
    try:
        found = verify_registration_response(
            credential=_checked(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except REFUSALS as error:
        raise _refused() from error
    if len(found.credential_id) > CREDENTIAL_ID_BYTES_MAX:
        raise _refused()
    return Registered(found.credential_id, found.credential_public_key, found.sign_count)


def assertion(party: Party, *, challenge: bytes) -> str:
    """Return what a device is asked to sign in by, with any passkey it has for us, as JSON."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def credential_id(answer: str) -> bytes:
    """Return which passkey a device says that it has signed with.

    Raises:
        RightsError: INVALID: the answer is none.
    """
    try:
        return parse_authentication_credential_json(_checked(answer)).raw_id
    except REFUSALS as error:
        raise _refused() from error


def asserted(party: Party, answer: str, *, challenge: bytes, passkey: Passkey) -> int:
    """Return how far a passkey has counted, once its signature has been checked.

    Raises:
        RightsError: INVALID: the answer is not one of this passkey to this challenge, here; or the
            count went back, as that of a copied key does.
    """
    try:
        return verify_authentication_response(
            credential=_checked(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except REFUSALS as error:
        raise _refused() from error


def _checked(answer: str) -> str:
    if len(answer) > ANSWER_CHARS_MAX:
        raise _refused()
    return answer


def _refused() -> RightsError:
    return RightsError(Code.INVALID, "this passkey was not accepted; try again, or use the link")
