"""Passkey: a key pair in someone's device, by which they sign in without a secret of ours."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

PASSKEYS_MAX = 20  # Of one member.
NAME_LENGTH_MAX = 100
CHALLENGE_BYTES = 32
CREDENTIAL_ID_BYTES_MAX = 1023  # Web Authentication Level 3, section 7.1.
WITHIN = timedelta(minutes=5)  # Between what is asked for and its answer.
ANSWER_CHARS_MAX = 20_000  # What a device answers; one with an attestation has a few thousand.


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of one member.

    Attributes:
        credential_id: What the device knows it by.
        public_key: COSE key.
        sign_count: As the device counted last; 0 of devices that do not count.
        name: What its owner calls it.
    """

    id: str
    member_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Party:
    """Us, as devices know us.

    Attributes:
        id: The host name that passkeys are bound to.
        origin: Where pages come from that may ask for them.
        name: What devices show.
    """

    id: str
    origin: str
    name: str


def party(url: str, name: str) -> Party | None:
    """Return us by our address; None: it has no host name or no TLS, so there are no passkeys.

    Source: Web Authentication Level 3, section 5.1.3: the id is a domain. Browsers allow
    "localhost" without TLS, for development.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host and (parts.scheme == "https" or host == "localhost"):
            return Party(host, f"{parts.scheme}://{parts.netloc}", name)
    return None
