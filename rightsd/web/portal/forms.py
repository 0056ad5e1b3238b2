"""What people send: once, however often they press; from our pages alone; and never lost.

A form carries a token of its own: what is sent twice is done once, and answered alike. What comes
when the session is over, or from a page of another session, is given back to be sent again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar, cast

from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from rightsd.db.tx import Tx
from rightsd.domain import characters
from rightsd.domain.member import Member
from rightsd.domain.regime import LENGTHS
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Visitor
from rightsd.workflows import answers, sessions

FIELD_MAX = 8_000  # Characters; what is too long for us, but not for this, comes back to be mended.
TOKEN_CHARS_MIN, TOKEN_CHARS_MAX = 16, 64

WRITTEN = r"^[^\x00]*$"  # Nobody types a NUL, and Postgres takes none.

Choice = TypeVar("Choice", bound=StrEnum)
Said = Annotated[str, Field(max_length=FIELD_MAX, pattern=WRITTEN)]


class Form(BaseModel):
    """What every form sends along; its fields are added to this, each with what it is if left out.

    Attributes:
        csrf: What shows that the form comes from a page of ours, in this browser.
        token: Of this form, fresh on each page.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    csrf: Annotated[str, Field(max_length=TOKEN_CHARS_MAX)] = ""
    token: Annotated[str, Field(max_length=TOKEN_CHARS_MAX)] = ""

    def said(self) -> dict[str, object]:
        """Return what was typed."""
        return self.model_dump(mode="json", exclude={"csrf", "token"})


@dataclass(frozen=True, slots=True)
class Done:
    """Where to go on, and the key of what to say there."""

    path: str
    flash: str | None = None


Command = Callable[[Tx, Member], Done]
Refused = Callable[[RightsError], Response]


def run(
    rt: Runtime,
    visitor: Visitor,
    form: Form,
    command: Command,
    *,
    refused: Refused | None = None,
) -> Response:
    """Do what a form of a signed-in member asks, in a transaction, and lead on.

    Args:
        rt: The runtime.
        visitor: Who sends it.
        form: What they send.
        command: Does it.
        refused: Makes the page that says why not, with what was typed; without it, an error page.
    """
    if (back := unsent(visitor, form)) is not None:
        return back
    written = json.dumps([visitor.path, form.said()], sort_keys=True)
    digest = hashlib.sha256(written.encode()).digest()
    # What was changed and is sent from the same page again is something else to be done.
    key = f"form {form.token} {digest.hex()}"
    try:
        with rt.transaction() as tx:
            member = sessions.again(tx, visitor.secret)
            kept = answers.claim(tx, scope=member.account_id, key=key, request=digest)
            if kept is not None and kept.body is not None:
                done = Done(**kept.body)
            else:
                done = command(tx, member)
                answers.keep(
                    tx,
                    scope=member.account_id,
                    key=key,
                    status=303,
                    body={"path": done.path, "flash": done.flash},
                    about=(member.account_id,),
                )
    except RightsError as error:
        if error.code is Code.UNAUTHENTICATED:
            return _kept(visitor, form, "expired", 401)
        if refused is None:
            raise
        return refused(error)
    return render.lead(visitor, done.path, flash=done.flash)


def unsent(visitor: Visitor, form: Form) -> Response | None:
    """Return the page that gives back what cannot be taken as it came; None: it can be.

    Raises:
        RightsError: FORBIDDEN: another site has it sent, and is not to choose what is given back.
    """
    _require_ours(visitor)
    if visitor.member is None:
        return _kept(visitor, form, "expired", 401)
    return strange(visitor, form)


def strange(visitor: Visitor, form: Form) -> Response | None:
    """Return the same for a form that needs nobody to be signed in."""
    _require_ours(visitor)
    if not visitor.has_sent(form.csrf) or len(form.token) < TOKEN_CHARS_MIN:
        return _kept(visitor, form, "strange", 403)
    return None


def chosen(choices: type[Choice], said: Sequence[str]) -> tuple[Choice, ...]:
    """Return what was chosen of several things.

    Raises:
        RightsError: INVALID: one of them is no choice. What limits something is never left out.
    """
    if not set(said) <= set(choices):
        raise RightsError(Code.INVALID, "this is no choice any more; look at the form once more")
    return tuple(choices(each) for each in said)


def check(visitor: Visitor, form: Form) -> None:
    """Check that a form comes from a page of ours, where what was typed is nothing to be kept.

    Raises:
        RightsError: FORBIDDEN.
    """
    _require_ours(visitor)
    if not visitor.has_sent(form.csrf):
        detail = "this came from no page that was shown to you here; open the page again"
        raise RightsError(Code.FORBIDDEN, detail)


def _require_ours(visitor: Visitor) -> None:
    """Refuse what another site has someone send.

    It would not be taken as it came; but given back it would stand on a page of ours, one press
    from being sent in earnest. Browsers that do not say where it comes from show it first.
    """
    if visitor.is_foreign:
        raise RightsError(Code.FORBIDDEN, "another site has sent this; nothing was changed")


def written(said: str) -> str:
    """Return what was typed: a form sends two characters for the end of a line."""
    return said.replace("\r\n", "\n").strip()


def why(said: str) -> str:
    """Return why something about a notice is contested, as it was typed.

    Raises:
        RightsError: INVALID: it is nothing, or too long.
    """
    reason, most = written(said), LENGTHS["statement"]
    if not reason or len(reason) > most or "\0" in reason:
        detail = f"say why, in at most {most:,} characters"
        raise RightsError(Code.INVALID, detail, {"field": "reason", "most": most})
    return reason


def text(said: str, *, what: str, limit: int) -> str:
    """Return what was typed, without the spaces around it.

    Args:
        said: What was typed.
        what: It is, in a word.
        limit: Characters at most.

    Raises:
        RightsError: INVALID: it is nothing, too long, or holds what a reader cannot see.
    """
    found = written(said)
    if not 1 <= len(found) <= limit:
        raise RightsError(Code.INVALID, f"the {what} has 1 to {limit} characters")
    if (character := characters.hidden(found)) is not None:
        raise RightsError(Code.INVALID, f"the {what} holds the control character {character}")
    return found


def _kept(visitor: Visitor, form: Form, why: str, status: int) -> Response:
    fields = [pair for name, value in form.said().items() for pair in _pairs(name, value)]
    return render.page(visitor, "kept.html", status, why=why, fields=fields, remembers=True)


def _pairs(name: str, value: object) -> list[tuple[str, str]]:
    """Return what a browser would send of a field: nothing of one that was left empty."""
    if isinstance(value, list):
        return [pair for each in cast("list[object]", value) for pair in _pairs(name, each)]
    if value is None or value is False or value == "":
        return []
    return [(name, "true" if value is True else str(value))]
