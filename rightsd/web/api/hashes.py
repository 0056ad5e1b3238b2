"""/v1/hashes: what is to stay down, for those who look for copies: api-specs/hashes.md."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.hash import Feedback, Status
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.web.pace import Pace
from rightsd.workflows import hashes
from rightsd.workflows.hashes import Entry

router = APIRouter(prefix="/v1/hashes", tags=["hashes"])

CURSOR_MAX = 2**62
PAGE_DEFAULT = 20

PAGES_A_MINUTE = 120  # Ten thousand entries: nobody has to wait, and nobody has it all at once.

pages = Pace("requests for pages of hashes", per_minute=PAGES_A_MINUTE)


class HashOut(Out):
    """The hash of one moment: 32 bytes in hexadecimal."""

    algorithm: str
    at_seconds: float
    code: str
    quality: int


class EntryOut(Out):
    """Something that is to stay down, or, with another status, not any more: then it is all null.

    `index`: the log's entry about its last change. `held`: it matched too much here, and a reviewer
    is asked. `exempt`: you may show copies of it.
    """

    id: str
    index: int
    status: Status
    kinds: list[str]
    held: bool
    exempt: bool
    content_id: int | None
    sha256: str | None
    md5: str | None
    hashes: list[HashOut]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return the public form."""
        return cls(
            id=entry.thing,
            index=entry.index,
            status=entry.status,
            kinds=list(entry.kinds),
            held=entry.held,
            exempt=entry.exempt,
            content_id=entry.content_id,
            sha256=entry.sha256,
            md5=entry.md5,
            hashes=[
                HashOut(
                    algorithm=code.algorithm,
                    at_seconds=code.at_seconds,
                    code=code.code.hex(),
                    quality=code.quality,
                )
                for code in entry.codes
            ],
        )


class PageOut(Out):
    """Part of the feed. Go on with `next_cursor`, at once if there is `more`."""

    entries: list[EntryOut]
    next_cursor: int
    more: bool


class FeedbackIn(Body):
    """What a platform did with what matched: `Blocked` confirms it, `NotBlocked` does not."""

    feedback: Feedback


class FeedbackOut(Out):
    """What a platform said last."""

    id: str
    feedback: Feedback


@router.get("")
def list_hashes(
    actor: Actor,
    rt: Rt,
    cursor: Annotated[int, Query(ge=-1, le=CURSOR_MAX)] = -1,
    limit: Annotated[int, Query(ge=1, le=hashes.PAGE_MAX)] = PAGE_DEFAULT,
) -> PageOut:
    """List what began or ceased to stay down, in the order of the last change. -1: from the start.

    Platforms and auditors only.
    """
    actor.require(*hashes.READERS)
    pages.step(actor.account_id, rt.clock())
    with rt.transaction() as tx:
        page = hashes.feed(tx, actor, cursor=cursor, limit=limit)
    return PageOut(
        entries=[EntryOut.of(entry) for entry in page.entries],
        next_cursor=page.cursor,
        more=page.more,
    )


@router.post("/{thing}/feedback", response_model=FeedbackOut)
def give_feedback(actor: Actor, rt: Rt, sent: Sent, thing: Id, body: FeedbackIn) -> JSONResponse:
    """Say whether what matched an entry was a copy. Platforms only; their last word counts."""

    def command(tx: Tx) -> Answer:
        hashes.say(tx, actor, thing, feedback=body.feedback)
        out = FeedbackOut(id=thing, feedback=body.feedback)
        return Answer(200, out.model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)
