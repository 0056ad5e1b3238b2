"""/v1/consent-texts."""

from datetime import datetime

from fastapi import APIRouter

from rightsd.domain import consenttext
from rightsd.domain.consenttext import About
from rightsd.web.api.fields import Out
from rightsd.web.auth import Rt

router = APIRouter(prefix="/v1/consent-texts", tags=["consents"])


class TextOut(Out):
    """A text that people are shown before they consent, in Markdown.

    `sha256` is that of `text` in UTF-8. Of each `about` and language the newest version is first.
    """

    id: str
    about: About
    version: int
    language: str
    since: datetime
    sha256: str
    text: str


@router.get("")
def list_consent_texts(rt: Rt) -> list[TextOut]:
    """List the texts that consent can be given to now. Free, no account."""
    return [
        TextOut(
            id=text.id,
            about=text.about,
            version=text.version,
            language=text.language,
            since=text.since,
            sha256=text.sha256,
            text=consenttext.words(text),
        )
        for text in consenttext.standing(rt.clock())
    ]
