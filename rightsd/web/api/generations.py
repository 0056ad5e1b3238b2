"""/v1/generations."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field, model_validator

from rightsd.db.tx import Tx
from rightsd.domain.generation import (
    PIXELS_MAX,
    SALT_BYTES,
    SECONDS_MAX,
    SEED_MAX,
    SIDE_MAX,
    SIDE_MIN,
    Generation,
    State,
    Wanted,
)
from rightsd.domain.policy import CAMEOS_MAX, Decision, Outcome, wish_of
from rightsd.domain.principal import Principal
from rightsd.domain.proof import PREFLIGHT_LIFETIME
from rightsd.domain.terms import CODES_MAX, Purpose, Use, use_of
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import commands, problems
from rightsd.web.api.fields import Body, Id, Out, PriceOut, ReasonOut, Text
from rightsd.web.api.fields import Code as Tag
from rightsd.web.api.outputs import AssetOut, PictureMarkOut, SoundMarkOut
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import credentials
from rightsd.workflows.generations import advice, deciding, requests
from rightsd.workflows.generations.advice import Alternative
from rightsd.workflows.generations.references import IN_REQUEST_MAX

router = APIRouter(prefix="/v1/generations", tags=["generations"])

Tags = Annotated[tuple[Tag, ...], Field(max_length=CODES_MAX)]
_DRAWS = secrets.SystemRandom()
Handle = Annotated[str, Field(pattern=r"^@?[A-Za-z][A-Za-z0-9_]{2,31}$")]


class WishIn(Body):
    """What the gate is asked about.

    `territories`: where it will be shown, ISO 3166-1 alpha-2; left out: everywhere. `platforms` and
    `languages` (BCP 47): left out: any. Terms of those who are cast can ask for them to be named.
    `references`: ids of pictures or clips that were sent for this request. `remix_of`: the output
    that it is to be made of, if there is one: it stands and falls with that.
    """

    prompt: Text
    cameos: Annotated[tuple[Handle, ...], Field(max_length=CAMEOS_MAX)] = ()
    purpose: Purpose = Purpose.PERSONAL
    territories: Tags = ()
    platforms: Tags = ()
    languages: Tags = ()
    seconds: Annotated[int, Field(ge=1, le=SECONDS_MAX)] = 5
    references: Annotated[tuple[Id, ...], Field(max_length=IN_REQUEST_MAX)] = ()
    remix_of: Id | None = None

    def use(self) -> Use:
        """Return what it is for.

        Raises:
            RightsError: INVALID: a code is unknown.
        """
        return use_of(self.purpose, self.territories, self.platforms, self.languages)


class GenerationIn(WishIn):
    """What to make."""

    seed: Annotated[int, Field(ge=0, le=SEED_MAX)] | None = None
    width: Annotated[int, Field(ge=SIDE_MIN, le=SIDE_MAX, multiple_of=2)] = 640
    height: Annotated[int, Field(ge=SIDE_MIN, le=SIDE_MAX, multiple_of=2)] = 360

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if self.width * self.height > PIXELS_MAX:
            raise ValueError(f"a frame has at most {PIXELS_MAX} pixels")
        return self


class DecisionOut(Out):
    """What the gate said."""

    outcome: Outcome
    rulebook: str
    reasons: list[ReasonOut]
    consents: list[str]
    terms_versions: list[int]
    licences: list[str]


class CostOut(Out):
    """What a licence makes the clip cost; without `licence_id` the offer must be accepted first.

    `due`: minor units for this clip, with the licence itself if it is still to be accepted.
    """

    offer_id: str
    licence_id: str | None
    price: PriceOut
    due: int


class AlternativeOut(Out):
    """A wish near one that was refused, which the gate permits, if its offers are accepted.

    `leave_out`: what of the refused wish is not in it. `hold`: people in it are asked first.
    """

    prompt: str
    cameos: list[str]
    purpose: Purpose
    territories: list[str]
    platforms: list[str]
    languages: list[str]
    leave_out: list[str]
    outcome: Outcome
    costs: list[CostOut]


class PreflightOut(DecisionOut):
    """What the gate would say now, what the clip would cost, and what would do instead.

    `expires_at`: until when the answer is good; the gate decides anew in any case. `receipt`: the
    decision, signed (`preflight-receipt+jwt`), bound to the request; `commitment_salt` opens that.
    `alternatives`: the least change first; none, unless it would be refused.
    """

    expires_at: datetime
    receipt: str
    commitment_salt: str
    costs: list[CostOut]
    alternatives: list[AlternativeOut]


class OutputOut(Out):
    """The file, and where to get it."""

    sha256: str
    size: int
    manifest_id: str
    event_id: str


class SentOut(Out):
    """A reference that came with a request: checked, put on record by its hash, not drawn from."""

    id: str
    sha256: str
    drawn_from: Literal[False] = False


class GenerationOut(Out):
    """A generation."""

    id: str
    state: State
    prompt: str
    seed: int
    seconds: int
    width: int
    height: int
    references: list[SentOut]
    decision: DecisionOut
    requested_at: datetime
    ended_at: datetime | None
    reason: str | None
    output: OutputOut | None


class GenerationView(GenerationOut):
    """A generation, how far it is, and what was drawn.

    `why_not`: why it may not be shown. `commitment_salt`: with the prompt it opens the commitment
    in the ledger (hexadecimal; empty once someone whom the request was about is erased).
    `picture_mark`, `sound_mark`: how surely the output's marks were read before the release.
    `assets`: what it was drawn with. `made_of`: outputs that it is made of. `remixes`: your outputs
    that are made of it.
    """

    stage: str
    progress: float
    storyboard: dict[str, Any] | None
    why_not: str | None
    commitment_salt: str
    picture_mark: PictureMarkOut | None
    sound_mark: SoundMarkOut | None
    assets: list[AssetOut]
    made_of: list[str]
    remixes: list[str]


@router.post("", status_code=201, response_model=GenerationOut)
def request_generation(actor: Actor, rt: Rt, sent: Sent, body: GenerationIn) -> JSONResponse:
    """Ask for a clip. The gate answers: under way, held for approval or review, or refused."""

    def command(tx: Tx) -> Answer:
        wanted = Wanted(
            prompt=body.prompt,
            cameos=body.cameos,
            seed=secrets.randbelow(SEED_MAX) if body.seed is None else body.seed,
            seconds=body.seconds,
            width=body.width,
            height=body.height,
            salt=secrets.token_bytes(SALT_BYTES),
            use=body.use(),
        )
        return ask(tx, rt, actor, wanted, references=body.references, remix_of=body.remix_of)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/preflight")
def preflight(actor: Actor, rt: Rt, body: WishIn) -> PreflightOut:
    """Ask what the gate would say, and what it would cost, without asking for a clip."""
    use = body.use()
    with rt.transaction() as tx:
        decision = requests.preflight(
            tx,
            actor,
            prompt=body.prompt,
            cameos=body.cameos,
            use=use,
            sent_ids=body.references,
            remix_of=body.remix_of,
        )
        wish = wish_of(actor.account_id, body.prompt, body.cameos, use)
        said = advice.on(tx, wish, decision, seconds=body.seconds, sent_ids=body.references)
        decided_at = tx.now
    salt = secrets.token_bytes(SALT_BYTES)
    receipt = credentials.preflight_receipt(
        rt, wish, decision, references=body.references, salt=salt, now=decided_at
    )
    return PreflightOut(
        **DecisionOut.model_validate(decision).model_dump(),
        expires_at=decided_at + PREFLIGHT_LIFETIME,
        receipt=receipt,
        commitment_salt=salt.hex(),
        costs=[CostOut.model_validate(cost) for cost in said.costs],
        alternatives=[_alternative(each) for each in said.alternatives],
    )


@router.get("")
def list_generations(actor: Actor, rt: Rt) -> list[GenerationOut]:
    """List the account's generations, newest first."""
    with rt.transaction() as tx:
        return _out(tx, requests.mine(tx, actor))


@router.get("/{generation_id}")
def show_generation(actor: Actor, rt: Rt, generation_id: Id) -> GenerationView:
    """Show a generation and how far it has come."""
    with rt.transaction() as tx:
        view = requests.view(tx, actor, generation_id)
        (out,) = _out(tx, [view.generation])
    picture, sound = view.picture_mark, view.sound_mark
    return GenerationView(
        **out.model_dump(),
        stage=view.progress.stage,
        progress=view.progress.done,
        storyboard=view.storyboard,
        why_not=view.why_not,
        commitment_salt=view.generation.wanted.salt.hex(),
        picture_mark=None if picture is None else PictureMarkOut.model_validate(picture),
        sound_mark=None if sound is None else SoundMarkOut.model_validate(sound),
        assets=[AssetOut(**asset) for asset in view.assets],
        made_of=view.made_of,
        remixes=view.remixes,
    )


@router.get("/{generation_id}/file", response_class=StreamingResponse)
def download_file(actor: Actor, rt: Rt, generation_id: Id) -> StreamingResponse:
    """Download the marked clip, if at this moment it may be shown."""
    with rt.transaction() as tx:
        output = requests.download(tx, actor, generation_id)
    blob = rt.blobs.open(output.sha256)
    headers = {
        "Content-Length": str(output.size),
        "Content-Disposition": f'attachment; filename="{generation_id}.mp4"',
        "Cache-Control": "no-store",
        "ETag": f'"{output.sha256}"',
    }
    return StreamingResponse(blob, media_type="video/mp4", headers=headers)


def ask(
    tx: Tx,
    rt: Runtime,
    actor: Principal,
    wanted: Wanted,
    *,
    references: Sequence[str] = (),
    remix_of: str | None = None,
) -> Answer:
    """Ask for a clip, and return what to answer: the generation, or why it is refused."""
    sampling = replace(rt.sampling, draw=_DRAWS.random())
    generation = requests.request(
        tx, actor, wanted=wanted, sent_ids=references, remix_of=remix_of, sampling=sampling
    )
    if generation.state is State.REFUSED:
        wish, decision = deciding.wish_of(generation), generation.decision
        said = advice.on(tx, wish, decision, seconds=wanted.seconds, of=generation.id)
        refusal = _refusal(generation, said.alternatives)
        status, document = problems.STATUS[refusal.code].value, problems.document(refusal)
        return Answer(status, document, about=generation.about)
    (out,) = _out(tx, [generation])
    return Answer(201, out.model_dump(mode="json"), about=generation.about)


def _out(tx: Tx, found: Sequence[Generation]) -> list[GenerationOut]:
    sent = requests.sent_with(tx, [generation.id for generation in found])
    return [
        GenerationOut(
            id=generation.id,
            state=generation.state,
            prompt=generation.wanted.prompt,
            seed=generation.wanted.seed,
            seconds=generation.wanted.seconds,
            width=generation.wanted.width,
            height=generation.wanted.height,
            references=[SentOut(id=i, sha256=digest) for i, digest in sent.get(generation.id, ())],
            decision=DecisionOut.model_validate(generation.decision),
            requested_at=generation.requested_at,
            ended_at=generation.ended_at,
            reason=generation.reason,
            output=OutputOut.model_validate(generation.output) if generation.output else None,
        )
        for generation in found
    ]


def _alternative(alternative: Alternative) -> AlternativeOut:
    wish = alternative.wish
    return AlternativeOut(
        prompt=wish.prompt,
        cameos=list(wish.cameos),
        purpose=wish.use.purpose,
        territories=list(wish.use.territories),
        platforms=list(wish.use.platforms),
        languages=list(wish.use.languages),
        leave_out=list(alternative.leave_out),
        outcome=alternative.outcome,
        costs=[CostOut.model_validate(cost) for cost in alternative.costs],
    )


def _refusal(generation: Generation, instead: Sequence[Alternative]) -> RightsError:
    decision: Decision = generation.decision
    reasons = [ReasonOut.model_validate(reason).model_dump() for reason in decision.reasons]
    extra = {
        "generation_id": generation.id,
        "rulebook": decision.rulebook,
        "reasons": reasons,
        "alternatives": [_alternative(each).model_dump(mode="json") for each in instead],
    }
    return RightsError(Code.REFUSED, generation.reason or "refused", extra)
