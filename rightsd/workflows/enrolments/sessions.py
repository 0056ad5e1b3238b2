"""Sessions of enrolment: opening one, sending media to it, and what is left when it is over.

The commits, and what a crash after each leaves, are a section of rightsd/README.md.
"""

import hashlib
import json
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ledger import entry
from rightsd.adapters import media
from rightsd.db import authority, enrolments, files, sealing, subjects
from rightsd.db.tx import Tx
from rightsd.domain import challenge, consenttext, delegation, ids
from rightsd.domain import enrolment as domain
from rightsd.domain.consenttext import About
from rightsd.domain.delegation import Verb
from rightsd.domain.enrolment import Enrolment, Kind, Medium, State
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal
from rightsd.domain.subject import PRESENT
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.enrolments import limits

EXPIRE_BATCH = 100
MEDIA_MAX = domain.PHOTOS_MAX + 2


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sends, in the clear, on our disk for as long as it is looked at."""

    kind: Kind
    path: Path


def require_models(rt: Runtime) -> None:
    """Check that faces can be recognised here at all.

    Raises:
        RightsError: UNAVAILABLE.
    """
    if rt.likenesses.face_model is None:
        detail = (
            "faces cannot be recognised here, so nobody is enrolled by theirs; ask the operator"
        )
        raise RightsError(Code.UNAVAILABLE, detail)


def open_session(
    tx: Tx, actor: Principal, *, subject_id: str, text: str, keep_media: bool
) -> Enrolment:
    """Open a session and draw what is asked for in it.

    Args:
        tx: The transaction.
        actor: The person, or a minor's guardian.
        subject_id: Who is to be enrolled, for the first time or again.
        text: Name of the consent text that was shown.
        keep_media: Keep what is sent, sealed, if they pass.
    """
    actor.require(*delegation.ROLES)
    _, may = authority.require_for(tx, actor, Verb.ENROL, subject_id)
    subject = subjects.lock(tx, subject_id)
    if subject is None or subject.state not in PRESENT:
        raise RightsError(Code.CONFLICT, "this subject has left; enrol anew under a handle first")
    if subjects.people(tx, [subject_id])[subject_id].age is None:
        detail = "this subject was made when no age was declared: let it leave, and enrol anew"
        raise RightsError(Code.CONFLICT, detail)
    shown = consenttext.accepted(text, About.ENROLMENT, tx.now)
    if enrolments.count_recent(tx, subject_id) >= domain.SESSIONS_MAX:
        hours = int(domain.WINDOW.total_seconds() // 3600)
        detail = f"at most {domain.SESSIONS_MAX} sessions in {hours} hours; try again later"
        raise RightsError(Code.TOO_MANY, detail)
    drawn, salt = challenge.draw(secrets.randbelow), secrets.token_bytes(domain.SALT_BYTES)
    facts = {
        "subject_id": subject_id,
        "account_id": actor.account_id,
        "challenge": entry.commit(salt, _written(asdict(drawn))).hex(),
        **consenttext.facts(shown),
        **may.facts(),
    }
    event = Event("enrolment.opened", ids.new("enr"), tx.now, facts)
    enrolment = Enrolment(
        id=event.subject,
        subject_id=subject_id,
        account_id=actor.account_id,
        state=domain.MACHINE.next(None, event.kind),
        opened_at=tx.now,
        expires_at=tx.now + domain.LIFETIME,
        submitted_at=None,
        ended_at=None,
        keep_media=keep_media,
        challenge=drawn,
        text=shown,
        salt=salt,
        media=(),
        outcome=None,
    )
    if not enrolments.insert(tx, enrolment):
        detail = "a session of this subject is under way; finish it, or wait until it runs out"
        raise RightsError(Code.CONFLICT, detail)
    tx.record(event)
    return enrolment


def view(tx: Tx, actor: Principal, enrolment_id: str) -> Enrolment:
    """Return a session to whoever opened it."""
    actor.require(*delegation.ROLES)
    return _owned(actor, enrolments.find(tx, enrolment_id))


def is_waiting(tx: Tx, actor: Principal, enrolment_id: str) -> bool:
    """Say whether one's session waits for media, before anything is done with them."""
    enrolment = view(tx, actor, enrolment_id)
    return enrolment.state is State.OPEN and tx.now < enrolment.expires_at


def look(rt: Runtime, sent: Sequence[Sent]) -> None:
    """Check that files are what they are sent as, before the session is used up.

    Raises:
        RightsError: INVALID or TOO_LARGE; UNAVAILABLE, when a voice cannot be recognised here.
    """
    domain.reached({each.kind for each in sent})
    domain.require_photos(sum(each.kind is Kind.PHOTO for each in sent))
    for each in sent:
        if each.kind is Kind.VOICE:
            if rt.likenesses.voice_model is None:
                detail = "voices cannot be recognised here: send the clip without one"
                raise RightsError(Code.UNAVAILABLE, detail)
            if media.read_audio(each.path, limits=limits.OF[each.kind]) is None:
                raise RightsError(Code.INVALID, "the voice recording has no sound in it")
            continue
        with media.open_video(each.path, limits=limits.OF[each.kind]) as video:
            still = video.info.frames == 1
            if still is (each.kind is Kind.CLIP):
                detail = "a clip is a video, and a photograph a still picture"
                raise RightsError(Code.INVALID, detail)


def store(
    rt: Runtime, actor: Principal, enrolment_id: str, sent: Sequence[Sent]
) -> tuple[Medium, ...]:
    """Seal files and put them into the blob store, listed before they are there.

    Raises:
        RightsError: NOT_FOUND, or CONFLICT: the session does not wait for them any more.
    """
    assert len(sent) <= MEDIA_MAX
    stored: list[Medium] = []
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="enrolment-") as folder:
        for each in sent:
            with rt.transaction() as tx:
                enrolment = _waiting(tx, actor, enrolments.find(tx, enrolment_id))
                sealed = sealing.seal_bytes(
                    tx,
                    each.path.read_bytes(),
                    about=[enrolment.subject_id],
                    place=place_of(enrolment_id, each.kind),
                )
                medium = Medium(each.kind, hashlib.sha256(sealed).hexdigest())
                files.insert_medium(tx, medium.sha256, enrolment_id)
            path = Path(folder) / medium.sha256
            path.write_bytes(sealed)
            rt.blobs.put(path)
            path.unlink()
            _keep_listed(rt, enrolment_id, medium)
            stored.append(medium)
    return tuple(stored)


def _keep_listed(rt: Runtime, enrolment_id: str, medium: Medium) -> None:
    """List a file once more now that it is there, and delete it if the session is over.

    The session may have ended, and have been cleared, between its listing and its storing.
    """
    with rt.transaction() as tx:
        files.insert_medium(tx, medium.sha256, enrolment_id)
        enrolment = enrolments.find(tx, enrolment_id)
    if enrolment is None or enrolment.state in domain.ENDED:
        clear(rt, enrolment_id)


def submit(tx: Tx, actor: Principal, enrolment_id: str, stored: Sequence[Medium]) -> Enrolment:
    """Hand a session what was stored for it. A session takes this once."""
    subject_id = view(tx, actor, enrolment_id).subject_id
    _, may = authority.require_for(tx, actor, Verb.ENROL, subject_id)
    enrolment = _waiting(tx, actor, enrolments.lock(tx, enrolment_id))
    facts = {"media": sorted(medium.sha256 for medium in stored), **may.facts()}
    event = Event("enrolment.submitted", enrolment.id, tx.now, facts)
    enrolment = replace(domain.evolve(enrolment, event), media=tuple(stored))
    enrolments.update(tx, enrolment)
    tx.record(event)
    return enrolment


def expire_due(rt: Runtime) -> int:
    """End sessions that nobody went on with in time; return how many."""
    with rt.transaction() as tx:
        due = enrolments.lock_due(
            tx, limit=EXPIRE_BATCH, checking_seconds=domain.CHECKING.total_seconds()
        )
        for enrolment_id, state in due:
            event = Event("enrolment.expired", enrolment_id, tx.now, {})
            enrolments.expire(tx, enrolment_id, domain.MACHINE.next(state, event.kind))
            tx.record(event)
    return len(due)


def clear(rt: Runtime, enrolment_id: str) -> None:
    """Delete what was sent to a session that is over, but what is kept of a passed one."""
    with rt.transaction() as tx:
        enrolment = enrolments.find(tx, enrolment_id)
        assert enrolment is not None
        kept: set[str] = set()
        if enrolment.keep_media and enrolment.state is State.PASSED:
            kept = {medium.sha256 for medium in enrolment.media}
        names = [name for name in files.of_enrolment(tx, enrolment_id) if name not in kept]
    for name in names:
        rt.blobs.delete(name)
        with rt.transaction() as tx:
            files.delete(tx, name)


def place_of(enrolment_id: str, kind: Kind) -> str:
    """Return what a sealed file is for; it opens for nothing else."""
    return f"enrolment.{kind}/{enrolment_id}"


def _owned(actor: Principal, enrolment: Enrolment | None) -> Enrolment:
    if enrolment is None:
        raise RightsError(Code.NOT_FOUND, "there is no such enrolment")
    actor.require_owner(enrolment.account_id, "enrolment")
    return enrolment


def _waiting(tx: Tx, actor: Principal, enrolment: Enrolment | None) -> Enrolment:
    """Return a session that waits for its media."""
    enrolment = _owned(actor, enrolment)
    domain.MACHINE.next(enrolment.state, "enrolment.submitted")
    if tx.now >= enrolment.expires_at:
        raise RightsError(Code.CONFLICT, "this session has run out; open another")
    return enrolment


def _written(said: object) -> bytes:
    """Return the bytes that the ledger's commitments are to: JSON, in order of name, no spaces."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
