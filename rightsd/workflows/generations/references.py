"""Pictures, clips and sound that come with a request: compared with works and people, bound to it.

The engine draws from words alone. What is sent is checked as if it were drawn from, its hash goes
on record with the request, and the file is not kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from fingerprint import descriptor
from fingerprint.bundle import Fingerprint as Content
from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.adapters.likenesses.lookout import Lookout
from rightsd.adapters.marks import Marks
from rightsd.adapters.media_process import Limits
from rightsd.db import fingerprints, generations, references, request_references
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain import ids, staydown
from rightsd.domain.generation import MAKERS
from rightsd.domain.principal import Principal
from rightsd.domain.recognition import UNSEEN, Recognition, Seen, Sent
from rightsd.domain.resemblance import Depiction, Resemblance, clearest
from rightsd.domain.template import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import matches

USABLE = timedelta(minutes=30)  # One is used within it, or forgotten.
UNUSED_MAX = 20  # Of one account.
IN_REQUEST_MAX = 4
FORGET_BATCH = 500
LATE_MAX = 500  # References that came since, at a time: some megabytes.
# So many at most where nothing is noted, and whoever asks again has it done again: as many as come
# in half an hour, unless somebody sends very many. The request itself is held against all.
RECHECKED_MAX = 2_000
# It waits while faces are looked for: thirty times, a third of a second each on a busy machine.
LIMITS = Limits(
    bytes_max=32 << 20, seconds_max=15.0, frames_max=900, cpu_seconds=30, wall_seconds=60.0
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file shows, and what it was found to show of others'.

    Attributes:
        whole: Its fingerprint; of sound alone without pictures.
        copies: Outputs that it is a copy of, or carries the mark of.
        likes: Outputs of which it may show a part.
        found: References of works and stay-down entries that it resembles.
        through: The last row of those that `found` takes account of.
        seen: Who is seen and heard in it, whoever that is.
        thumbnail: A JPEG of its first frame; None of sound alone.
    """

    sha256: str
    whole: Content
    copies: tuple[str, ...]
    likes: tuple[str, ...]
    found: tuple[Resemblance, ...]
    through: int
    seen: Seen = UNSEEN
    thumbnail: bytes | None = None


def look(rt: Runtime, actor: Principal, path: Path) -> Looked:
    """Return what a file shows, of which outputs and works, and who is in it.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be compared.
    """
    with rt.transaction() as tx:
        _require_room(tx, actor)
        kinds = rt.sought_kinds(tx)
    lookout, marks = Lookout(rt.likenesses, kinds, turned=True), Marks(rt.watermark_keys.all())
    try:
        shown = files.describe(
            path, limits=LIMITS, watches=[lookout.look, marks.look], channels=files.COMPARED
        )
    except RightsError as error:
        if error.code is not Code.UNSUPPORTED:
            raise
        thumbnail, seen = None, _listen(rt, path)
        whole = Content(sound=files.hear(path, limits=LIMITS))
        marked: set[str] = set()
    else:
        whole, thumbnail = shown.whole, shown.thumbnail
        if Kind.VOICE in kinds and (sound := media.read_audio(path, limits=LIMITS)) is not None:
            lookout.listen(*sound)
        seen = lookout.seen()
        # A mark alone is no proof of what a file is, but whoever sends it wants it used.
        marked = _marked(rt, marks.find().payload_id)
    shows = comparing.compare(rt, whole)
    copies = tuple(sorted(marked.union(shows.copies)))
    likes = tuple(each for each in shows.likes if each not in marked)
    digest = files.digest(path)
    return Looked(digest, whole, copies, likes, shows.found, shows.through, seen, thumbnail)


def send(tx: Tx, actor: Principal, looked: Looked) -> RequestReference:
    """Keep the fingerprint of a file for one request, and by what those in it are recognised."""
    _require_room(tx, actor)
    sent = RequestReference(
        id=ids.new("rqr"),
        account_id=actor.account_id,
        sha256=looked.sha256,
        moments=files.moments(looked.whole.content),
        channels=_channels(looked.whole),
        copies=looked.copies,
        likes=looked.likes,
        matched_through=looked.through,
        seen=looked.seen,
        uploaded_at=tx.now,
        generation_id=None,
    )
    request_references.insert(tx, sent, looked.thumbnail)
    request_references.insert_resemblances(tx, sent.id, looked.found, through=looked.through)
    shown = staydown.found(looked.copies, looked.found, likes=looked.likes)
    matches.note(tx, sent.id, shown, actor.account_id)
    return sent


def take(tx: Tx, actor_id: str, ids_: Sequence[str]) -> list[RequestReference]:
    """Return what a request wants to use, locked until the transaction ends.

    Raises:
        RightsError: NOT_FOUND: it is not theirs, has lapsed, or was used.
    """
    wanted = sorted(set(ids_))
    found = request_references.lock(tx, wanted)
    since = tx.now - USABLE
    usable = [
        sent
        for sent in found
        if sent.account_id == actor_id and sent.generation_id is None and sent.uploaded_at > since
    ]
    if len(usable) < len(wanted):
        detail = "a reference is used once, by who sent it, for half an hour: send it anew"
        raise RightsError(Code.NOT_FOUND, detail)
    return usable


def shown_by(
    tx: Tx, sent: Sequence[RequestReference], recognised: Sequence[Sent], *, keep: bool
) -> list[tuple[str, Resemblance]]:
    """Return what references of a request show or sound like, by now, each after who does.

    Args:
        tx: The transaction.
        sent: What came with the request.
        recognised: What was heard in it.
        keep: Note what they were held against, so that it need not be done again, and hold them
            against all; else against RECHECKED_MAX. Whoever asks for that holds the request.
    """
    noted = request_references.resemblances(tx, [one.id for one in sent])
    noted += [
        (one.request_reference_id, found) for one in recognised for found in one.recognition.voices
    ]
    for one in sent:
        most = None if keep else RECHECKED_MAX
        found, through = late(tx, _whole_of(one), through=one.matched_through, most=most)
        noted += [(one.id, each) for each in found]
        if keep and through > one.matched_through:
            request_references.insert_resemblances(tx, one.id, found, through=through)
            matches.note(tx, one.id, staydown.found((), found), one.account_id)
    return noted


def depicted_by(tx: Tx, shown: Sequence[tuple[str, Resemblance]]) -> list[Depiction]:
    """Return the opted-out works among what references of a request show."""
    against = references.opted_out(tx, [found.reference_id for _, found in shown])
    return [
        Depiction(found, work.work_id, work.optout_id, work.title, sent_id)
        for sent_id, found in shown
        if (work := against.get(found.reference_id)) is not None
    ]


def recognised_in(tx: Tx, sent: Sequence[RequestReference]) -> list[Sent]:
    """Return of whom references of a request hold the likeness, by now."""
    found: list[Sent] = []
    for one in sent:
        recognised = tx.recognise(tx, one.seen)
        found.append(Sent(one.id, recognised, masks(tx, one.id, recognised)))
    return found


def masks(tx: Tx, thing_id: str, recognised: Recognition) -> dict[str, str]:
    """Return what those who may be in a reference or an output are called there, by their ids."""
    people = {each.subject_id for like in recognised.lookalikes for each in like.findings}
    return {person: request_references.mask(tx, thing_id, person) for person in people}


def depicted_in(tx: Tx, found: Sequence[Resemblance]) -> list[Depiction]:
    """Return the opted-out works that a finished clip shows or sounds like."""
    against = references.opted_out(tx, [one.reference_id for one in found])
    return [
        Depiction(one, work.work_id, work.optout_id, work.title)
        for one in clearest(found)
        if (work := against.get(one.reference_id)) is not None
    ]


def late(
    tx: Tx, whole: Content, *, through: int, most: int | None = None
) -> tuple[list[Resemblance], int]:
    """Return what something shows of references that were registered after it was looked at.

    Args:
        tx: The transaction.
        whole: What shows it.
        through: The last row that was known when it was looked at.
        most: So many references at most, the oldest; None: all.

    Returns:
        What it shows, each reference once, and the last row that this takes account of.
    """
    found, left = list[Resemblance](), most
    while True:
        limit = LATE_MAX if left is None else min(LATE_MAX, left)
        came = fingerprints.of_references(tx, descriptor.ALGORITHM, after=through, limit=limit)
        if came:
            found += comparing.among(tx, whole, came)
            through = came[-1].id
        left = None if left is None else left - len(came)
        if len(came) < LATE_MAX or left == 0:
            return clearest(found), through


def forget_unused(rt: Runtime) -> int:
    """Delete what was sent and not used in time; return how many.

    And what was seen in what was used, once the request is over: it is of people who may be anyone.
    """
    with rt.transaction() as tx:
        request_references.clear_seen(tx, limit=FORGET_BATCH)
        before = tx.now - USABLE
        return request_references.delete_unused(tx, before=before, limit=FORGET_BATCH)


def _channels(whole: Content) -> list[tuple[str, bytes]]:
    """Return what is kept of a file beside its frames: no grey copy, which would show it."""
    packed = files.pack_whole(replace(whole, frames=None), moves=False)
    return [(one.algorithm, one.data) for one in packed if one.codes]


def _whole_of(sent: RequestReference) -> Content:
    """Return what was kept of a file as its fingerprint."""
    frames = files.collect(list(sent.moments))
    return replace(files.unpack_whole(sent.channels), frames=frames)


def _marked(rt: Runtime, mark: int | None) -> set[str]:
    """Return the output whose watermark a file carries, if it carries one."""
    if mark is None:
        return set()
    with rt.transaction() as tx:
        named = generations.with_marks(
            tx, manifest_id=None, watermark_ids=[mark], generation_ids=[]
        )
    return {generation.id for generation in named}


def _listen(rt: Runtime, path: Path) -> Seen:
    """Return who is heard in a file that is sound alone; nothing else of it is compared."""
    if rt.likenesses.voice_model is None:
        detail = "sound cannot be compared here: the operator has to run `rightsd models install`"
        raise RightsError(Code.UNAVAILABLE, detail)
    sound = media.read_audio(path, limits=LIMITS)
    assert sound is not None
    lookout = Lookout(rt.likenesses, {Kind.VOICE})
    lookout.listen(*sound)
    heard = lookout.seen()
    if not heard.sightings:
        detail = "nobody is heard to speak in this file, and of sound only voices are compared"
        raise RightsError(Code.INVALID, detail)
    return replace(heard, kinds=frozenset(Kind))  # There is nobody to see in it.


def _require_room(tx: Tx, actor: Principal) -> None:
    actor.require(*MAKERS)
    since = tx.now - USABLE
    if request_references.count_unused(tx, actor.account_id, since=since) >= UNUSED_MAX:
        detail = f"{UNUSED_MAX} of your references wait to be used; use them, or wait"
        raise RightsError(Code.TOO_MANY, detail)
