"""Matches: clips that resemble what an account has sent as references of its works."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fingerprint import align, cascade
from fingerprint.bundle import Fingerprint as Content
from rightsd.adapters import fingerprints as files
from rightsd.db import fingerprints, generations, resemblances, standing, thumbnails
from rightsd.db.resemblances import Match
from rightsd.db.tx import Tx
from rightsd.domain.generation import Output, State
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

STRETCHES_MAX = 20  # Of one match: more cannot be told apart in a drawing.


class Channel(StrEnum):
    """What of two clips is alike."""

    PICTURE = "picture"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a clip that is one of a reference, in seconds.

    Attributes:
        clip: From when to when in the clip.
        reference: The same in the reference.
    """

    channel: Channel
    clip: tuple[float, float]
    reference: tuple[float, float]


def page(
    tx: Tx,
    actor: Principal,
    *,
    work_id: str | None = None,
    aside: bool = False,
    before: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Match]:
    """Return the matches of one's references, newest first: see `resemblances.of_account`."""
    actor.require(Role.RIGHTS_HOLDER)
    return resemblances.of_account(
        tx, actor.account_id, work_id=work_id, aside=aside, before=before, limit=limit
    )


def view(tx: Tx, actor: Principal, generation_id: str, reference_id: str) -> Match:
    """Return a match to whose reference it is.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND.
    """
    actor.require(Role.RIGHTS_HOLDER)
    one = (generation_id, reference_id)
    found = resemblances.of_account(tx, actor.account_id, one=one, limit=1)
    if not found:
        raise RightsError(Code.NOT_FOUND, "there is no such match")
    return found[0]


def put_aside(
    tx: Tx, actor: Principal, generation_id: str, reference_id: str, *, aside: bool
) -> Match:
    """Let a match be, or take it up again. It is about what is listed, and changes nothing else."""
    found = view(tx, actor, generation_id, reference_id)
    resemblances.put_aside(tx, found.generation_id, found.reference_id, aside=aside)
    return found


def is_shown(tx: Tx, match: Match) -> bool:
    """Say whether its owner may look at the clip of a match at this moment.

    Drafts are between those whom they are about. Of what only may resemble a reference nobody is
    shown anything either: else any picture would open the clips of others.
    """
    return _output(tx, match) is not None


def film(tx: Tx, actor: Principal, generation_id: str, reference_id: str) -> Output:
    """Return where the clip of a match is, if its owner may look at it at this moment.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND: there is no such match, or it may not be looked at.
    """
    output = _output(tx, view(tx, actor, generation_id, reference_id))
    if output is None:
        raise RightsError(Code.NOT_FOUND, "this clip is not out, so it is not shown")
    return output


def thumbnail(tx: Tx, actor: Principal, generation_id: str, reference_id: str) -> bytes:
    """Return a small picture of the clip of a match, a JPEG: as `film`."""
    film(tx, actor, generation_id, reference_id)
    found = thumbnails.find(tx, generation_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of this clip")
    return found


def stretches(tx: Tx, match: Match) -> list[Stretch]:
    """Return which stretches of a clip are which of the reference, in the order of the clip.

    They are found again in what is kept of both. Nothing is found of a voice, which is no
    recording of the same words.
    """
    clip = _content(tx, match.generation_id)
    reference = _content(tx, match.reference_id)
    verdict = cascade.compare(clip, reference)
    found = [
        Stretch(Channel.PICTURE, (query.start, query.end), (where.start, where.end))
        for passage in verdict.passages
        for query, where in zip(passage.query, passage.reference, strict=True)
    ]
    if not found and clip.frames is not None and reference.frames is not None:
        # Single frames tell of a match what is too little for a verdict.
        near = align.compare(clip.frames, reference.frames)
        if near is not None:
            query, where = near.query, near.reference
            found = [Stretch(Channel.PICTURE, (query.start, query.end), (where.start, where.end))]
    if verdict.sound is not None:
        found += [
            Stretch(
                Channel.SOUND,
                (heard.query.start, heard.query.end),
                (heard.reference.start, heard.reference.end),
            )
            for heard in verdict.sound.segments
        ]
    return sorted(found, key=lambda one: (one.channel, one.clip))[:STRETCHES_MAX]


def _content(tx: Tx, asset_id: str) -> Content:
    return files.unpack_whole(fingerprints.of_asset(tx, asset_id))


def _output(tx: Tx, match: Match) -> Output | None:
    """Return the file of a clip that its owner may look at; None: they may not."""
    if match.state is not State.PUBLISHED or not match.resemblance.strong:
        return None
    generation = generations.find(tx, match.generation_id)
    if generation is None or standing.why_not(tx, [generation]):
        return None
    return generation.output
