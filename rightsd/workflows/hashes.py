"""What others need to find copies of what is to stay down, and what they say of what they found."""

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fingerprint import descriptor, pdq
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.db import exemptions, fingerprints, hashes, matches, standing
from rightsd.db.tx import Tx
from rightsd.domain import staydown
from rightsd.domain.fingerprint import Fingerprint
from rightsd.domain.hash import Feedback, Status
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

READERS = (Role.PLATFORM, Role.AUDITOR)
PAGE_MAX = 100
MD5_CHARS = 32
TAKEN = timedelta(minutes=10)  # Longer than any file takes; then another worker may try.
TRIES_MAX = 5
VIDEO_MD5 = "video_md5"
# How far a hash may be to count: for PDQ what platforms use, for ours what one frame alone proves.
BITS_MAX: Mapping[str, int] = {pdq.ALGORITHM: pdq.BITS_MAX, descriptor.ALGORITHM: 37}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HashCode:
    """The hash of one moment.

    Attributes:
        at_seconds: Where in the clip.
        code: 32 bytes.
        quality: 0 to 100.
    """

    algorithm: str
    at_seconds: float
    code: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the feed, as it stands now.

    Attributes:
        index: The log entry of its last change.
        kinds: On what grounds it stays down; empty when it does not.
        held: Its matches wait for a reviewer here, since there were too many.
        exempt: Whoever reads may show copies of it.
        content_id: Its number in answers to look-ups; None when nothing is known of it any more.
        md5: As for `sha256`, None when the entry does not hold.
    """

    index: int
    thing: str
    status: Status
    kinds: tuple[str, ...] = ()
    held: bool = False
    exempt: bool = False
    content_id: int | None = None
    sha256: str | None = None
    md5: str | None = None
    codes: tuple[HashCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Part of the feed.

    Attributes:
        cursor: Where the next one begins.
        more: There is more already.
    """

    entries: tuple[Entry, ...]
    cursor: int
    more: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Something that a look-up found; bits are None where hashes are equal or not."""

    content_id: int
    bits: int | None


def feed(tx: Tx, actor: Principal, *, cursor: int, limit: int) -> Page:
    """Return what changed behind a cursor, each thing where it changed last, as it stands now.

    A reader that goes on from the cursor of each page sees every change: what changes again while
    they read comes again later.
    """
    actor.require(*READERS)
    changes = hashes.changes(tx, after=cursor, limit=limit + 1)
    page, more = changes[:limit], len(changes) > limit
    things = [change.thing for change in page]
    # Read after the changes: what is shown is never older than the entry that it is shown under.
    bars = standing.bars(tx, things)
    active = list(bars)
    codes, digests = hashes.codes(tx, active), hashes.digests(tx, active)
    numbers = hashes.content_ids(tx, active)
    exempt = exemptions.exempt(tx, active, actor.account_id)
    entries: list[Entry] = []
    for change in page:
        bar = bars.get(change.thing)
        if bar is None:
            gone = staydown.is_entry(change.thing)
            status = Status.DELETED if gone else Status.WITHDRAWN
            entries.append(Entry(change.index, change.thing, status))
            continue
        file = digests.get(change.thing)
        entries.append(
            Entry(
                change.index,
                change.thing,
                Status.ACTIVE,
                kinds=bar.kinds,
                held=bar.held,
                exempt=change.thing in exempt and not bar.closed,
                content_id=numbers.get(change.thing),
                sha256=file and file.sha256,
                md5=file and file.md5,
                codes=tuple(_codes(codes.get(change.thing, ()))),
            )
        )
    return Page(tuple(entries), page[-1].index if page else cursor, more)


def look_up(
    rt: Runtime, actor: Principal, *, signal: str, signal_type: str, banks: Sequence[str]
) -> list[Match]:
    """Return what is to stay down and a hash is near to, the nearest first.

    What is held for a reviewer, and what the reader may show, is no match.

    Args:
        rt: The runtime.
        actor: A platform, or an auditor.
        signal: The hash, in hexadecimal.
        signal_type: One of BITS_MAX, or VIDEO_MD5.
        banks: The grounds that count, in capitals; none: all.

    Raises:
        RightsError: INVALID: there is no such type, or it is no hash of that type.
    """
    actor.require(*READERS)
    near = _near(rt, signal, signal_type)
    with rt.transaction() as tx:
        if near is None:
            near = dict.fromkeys(hashes.with_md5(tx, signal.lower()))
        bars = standing.bars(tx, list(near), account_id=actor.account_id)
        hits = [
            thing
            for thing, bar in bars.items()
            if not bar.held and (not banks or {kind.upper() for kind in bar.kinds} & {*banks})
        ]
        numbers = hashes.content_ids(tx, hits)
    found = [Match(numbers[thing], near[thing]) for thing in hits if thing in numbers]
    return sorted(found, key=lambda match: (match.bits or 0, match.content_id))


def sizes(tx: Tx, actor: Principal) -> dict[str, int]:
    """Return how many hashes of each type a look-up looks through."""
    actor.require(*READERS)
    counted = hashes.sizes(tx)
    return {name: counted.get(name, 0) for name in BITS_MAX} | {VIDEO_MD5: counted["md5"]}


def say(tx: Tx, actor: Principal, thing: str, *, feedback: Feedback) -> None:
    """Say, as a platform, whether what matched something was a copy of it.

    Raises:
        RightsError: NOT_FOUND: nothing by this id is to stay down.
    """
    actor.require(Role.PLATFORM)
    if thing not in standing.bars(tx, [thing]):
        raise RightsError(Code.NOT_FOUND, "nothing by this id is to stay down")
    matches.insert_feedback(tx, thing, actor.account_id, feedback.value)


def _codes(kept: Sequence[Fingerprint]) -> Iterator[HashCode]:
    for one in kept:
        for moment in files.moments(files.unpack(one.data, one.algorithm)):
            yield HashCode(one.algorithm, *moment)


def _near(rt: Runtime, signal: str, signal_type: str) -> dict[str, int | None] | None:
    """Return what has a hash near to another one; None when equal ones are to be looked for."""
    if signal_type == VIDEO_MD5:
        if len(signal) != MD5_CHARS or not _is_hexadecimal(signal):
            raise RightsError(Code.INVALID, "an MD5 has 32 hexadecimal digits")
        return None
    bits_max = BITS_MAX.get(signal_type)
    if bits_max is None:
        known = ", ".join([*BITS_MAX, VIDEO_MD5])
        raise RightsError(Code.INVALID, f"there is no such signal type here; there are {known}")
    code = pdq.parse(signal)
    if code is None:
        raise RightsError(Code.INVALID, f"a {signal_type} has 64 hexadecimal digits")
    return {**rt.near(signal_type, code, bits_max=bits_max)}


def _is_hexadecimal(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)


def fill_in(rt: Runtime) -> bool:
    """Make the hashes of one output from before they were kept; return whether there was one.

    What cannot be read is tried a few times and left to the operator: its row stays.
    """
    with rt.transaction() as tx:
        due = hashes.take_unhashed(tx, until=tx.now + TAKEN, tries_max=TRIES_MAX)
    if due is None:
        return False
    try:
        md5, moments = _hash(rt, due.sha256)
    except RightsError:
        logger.exception("%s could not be hashed; it will be tried again", due.generation_id)
        return True
    with rt.transaction() as tx:
        if hashes.end_unhashed(tx, due.generation_id):
            hashes.insert_md5(tx, due.generation_id, md5)
            fingerprints.insert(tx, due.generation_id, [files.pack_pdq(moments)])
    return True


def _hash(rt: Runtime, sha256: str) -> tuple[str, files.Moments]:
    """Return the MD5 and the PDQ hashes of a file of ours."""
    hasher = pdq.Watcher()
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="hash-") as folder:
        path = Path(folder) / "output.mp4"
        rt.blobs.save(sha256, path)
        with media.open_video(path) as video:
            for chunk in video:
                hasher.look(chunk.frames, chunk.seconds)
        return files.digest(path, "md5"), hasher.moments
