"""Consent texts: what people are shown before they consent, word for word.

A text that was published is never changed: a new version is added beside it, with its digest in
PUBLISHED, and takes its place from its date on. The old one is taken for GRACE longer, since
people may have it before them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources

from rightsd.errors import Code, RightsError

GRACE = timedelta(days=30)


class About(StrEnum):
    """What someone consents to by it."""

    ENROLMENT = "enrolment"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one language.

    Attributes:
        version: Counted from 1 for each `about`; all languages of a version begin together.
        language: BCP 47.
        sha256: Of the file, UTF-8, hexadecimal.
        since: When it takes the place of the version before.
    """

    about: About
    version: int
    language: str
    sha256: str
    since: datetime

    @property
    def id(self) -> str:
        """Its name, such as "grant.1.en"."""
        return f"{self.about}.{self.version}.{self.language}"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which text someone was shown."""

    id: str
    sha256: str


_BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
PUBLISHED = (
    Text(
        About.ENROLMENT,
        1,
        "en",
        "05b435d76a9fbd15d542eba2271fc69913f1dc05c482658cb1b43ebbe2db6a4f",
        _BEGINNING,
    ),
    Text(
        About.ENROLMENT,
        1,
        "ja",
        "ec175e5c86852148beb51631e1b88a51943001e6f46ca2698ea77f266160d760",
        _BEGINNING,
    ),
    Text(
        About.GRANT,
        1,
        "en",
        "495cbf21de6faa8f84e4f553fa0ff378c76a74b9450c5e24730d5efa730baced",
        _BEGINNING,
    ),
    Text(
        About.GRANT,
        1,
        "ja",
        "a23db5b5858f0d9d04c12e7f3ecb349d9d450f771ed6ea47abfd3f74d2235950",
        _BEGINNING,
    ),
)


@cache
def words(text: Text) -> str:
    """Return a text's words, in Markdown.

    Raises:
        ValueError: The file is not the one that was published.
    """
    read = (resources.files("rightsd.domain") / "consent_texts" / f"{text.id}.md").read_bytes()
    if hashlib.sha256(read).hexdigest() != text.sha256:
        raise ValueError(f"{text.id} is not the text that was published")
    return read.decode()


def standing(now: datetime, texts: Sequence[Text] = PUBLISHED) -> list[Text]:
    """Return the texts that consent can be given to now, the newest version first."""
    found = [text for text in texts if _stands(text, now, texts)]
    return sorted(found, key=lambda text: (text.about, -text.version, text.language))


def accepted(text_id: str, about: About, now: datetime, texts: Sequence[Text] = PUBLISHED) -> Shown:
    """Return the text that someone says they were shown, if consent can be given to it now.

    Raises:
        RightsError: INVALID: there is no such text, it is about something else, or its time is
            over.
    """
    named = [text for text in texts if text.id == text_id and text.since <= now]
    if not named:
        detail = f"there is no consent text “{text_id[:64]}”; GET /v1/consent-texts lists them"
        raise RightsError(Code.INVALID, detail)
    (text,) = named
    if text.about is not about:
        detail = f"“{text.id}” is a text about the {text.about}; this needs one about the {about}"
        raise RightsError(Code.INVALID, detail)
    if not _stands(text, now, texts):
        detail = f"“{text.id}” has been replaced; show the person the newest text, and name it"
        raise RightsError(Code.INVALID, detail)
    return Shown(text.id, text.sha256)


def facts(shown: Shown | None) -> dict[str, str]:
    """Return what the ledger says of the text that was shown, if one was."""
    return {} if shown is None else {"text": shown.id, "text_sha256": shown.sha256}


def _stands(text: Text, now: datetime, texts: Sequence[Text]) -> bool:
    """Say whether consent can be given to a text now."""
    return text.since <= now and not any(
        other.about is text.about and other.version > text.version and other.since + GRACE <= now
        for other in texts
    )
