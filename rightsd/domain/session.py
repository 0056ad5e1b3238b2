"""Session: that someone is signed in, in one browser.

Source for the limits: NIST SP 800-63B, section 4.2.3, for authentication by what one has; staff
sign in anew every working day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain.principal import Role

LIFETIME = timedelta(days=30)
IDLE = timedelta(days=7)  # Not used for so long, it ends.
STAFF = frozenset({Role.ADMIN, Role.REVIEWER, Role.AUDITOR})
STAFF_LIFETIME = timedelta(hours=12)
USED_EVERY = timedelta(minutes=1)  # When it was used last is written no more often than this.
TOKEN_BYTES = 32
KEPT = timedelta(days=30)  # A session that is over is listed no more, and forgotten after this.
AGENT_CHARS_MAX = 500

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class Way(StrEnum):
    """How someone has signed in."""

    LINK = "link"
    PASSKEY = "passkey"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Session:
    """One session that stands.

    Attributes:
        browser: Make and system, such as "Firefox, Linux"; empty: neither is known.
    """

    id: str
    member_id: str
    way: Way
    browser: str
    opened_at: datetime
    used_at: datetime
    expires_at: datetime


def lifetime(role: Role) -> timedelta:
    """Return how long someone stays signed in at most."""
    return STAFF_LIFETIME if role in STAFF else LIFETIME


def browser(agent: str) -> str:
    """Return the make and system that a User-Agent names; no version, since it is kept."""
    shown = agent[:AGENT_CHARS_MAX]
    found = [
        next((name for mark, name in table if mark in shown), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(each for each in found if each)
