"""Everything that takes a permission away, and what rests on it when that happens."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from fingerprint import descriptor
from fingerprint.descriptor import Descriptors, FrameHash
from rightsd.adapters import fingerprints as shown
from rightsd.db import fingerprints
from rightsd.db.tx import Tx
from rightsd.domain.consent import Consent
from rightsd.domain.generation import Generation, State
from rightsd.domain.offer import Offer
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target
from rightsd.domain.subject import Subject
from rightsd.domain.terms import PERSONAL, Purpose, Use
from rightsd.workflows import consents, licences, notices, optouts, revocations, subjects
from rightsd.workflows.generations import requests
from tests import people

ON_REEL = Use(Purpose.PERSONAL, (), ("reel",), ())
ASKED = 2  # Clips that are being made while the permission ends.
MOMENTS = 6
# What a permission is needed for. Whoever is paused is not cast; what is out stays out.
EVERYTHING = ("make", "download", "verify", "decide")
CASTING = ("make", "decide")
MAKING = ("make",)
SHOWING = ("download", "verify")
OFFERED = "Nebula Fox"
VOWELS, CONSONANTS = "aeiou", "bdfgklmnprtvz"


@dataclass(frozen=True, slots=True)
class Scene:
    """What rests on one permission.

    Attributes:
        creator: Who asked for all of it.
        asked: Ids of clips that are being made.
        out: The id of one that is published.
        prompt: What was asked for.
        copies: The clips that are being made show what is published.
        seed: What it shows.
    """

    creator: Principal
    asked: tuple[str, ...]
    out: str
    prompt: str
    copies: bool
    seed: int


# Takes the permission away, in a transaction.
End = Callable[[Tx], object]


@dataclass(frozen=True, slots=True)
class Cast:
    """Those who take part in every scene, and what is offered in one of them."""

    person: Principal
    brand: Principal
    reviewer: Principal
    offer: Offer


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to lose a permission.

    Attributes:
        prepare: Makes the scene with a number, in which nothing has ended yet.
        forbids: What must not happen any more when it has.
        swept: Let it end before each statement of all this; otherwise at points that are drawn.
    """

    prepare: Callable[[Tx, Cast, int], tuple[Scene, End]]
    forbids: tuple[str, ...] = EVERYTHING
    swept: bool = True


def cast(tx: Tx) -> Cast:
    person, brand, reviewer = (
        people.account(tx, role) for role in (Role.PERSON, Role.RIGHTS_HOLDER, Role.REVIEWER)
    )
    work = people.work(tx, brand, OFFERED)
    people.optout(tx, brand, work)
    return Cast(person, brand, reviewer, people.offer(tx, brand, work))


def content(seed: int) -> Descriptors:
    """Return the fingerprint of a clip that resembles no other."""
    codes = np.random.default_rng(seed).integers(0, 256, (MOMENTS, 32), np.uint8)
    return descriptor.collect(
        FrameHash(float(second), code.tobytes(), 90) for second, code in enumerate(codes)
    )


def word(number: int) -> str:
    """Return a word that nothing else is called by, nor anything like it."""
    chance = random.Random(number)
    return "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(6))


def _scene(
    tx: Tx,
    creator: Principal,
    number: int,
    prompt: str,
    *,
    copies: bool = False,
    use: Use = PERSONAL,
) -> Scene:
    out = people.published(tx, creator, prompt, use=use)
    fingerprints.insert(tx, out.id, [shown.pack(content(number))])
    cameos = out.wanted.cameos
    asked = [
        requests.request(tx, creator, wanted=people.wanted(prompt, cameos=cameos, use=use))
        for _ in range(ASKED)
    ]
    assert all(_is_under_way(one) for one in asked)
    return Scene(creator, tuple(one.id for one in asked), out.id, prompt, copies, number)


def _is_under_way(generation: Generation) -> bool:
    return generation.state is State.REQUESTED


def _cast_scene(
    tx: Tx, cast: Cast, number: int, use: Use = PERSONAL
) -> tuple[Scene, Subject, Consent]:
    creator = people.account(tx, Role.CREATOR)
    subject = people.subject(tx, cast.person, word(number))
    given = people.consent(tx, cast.person, subject, creator)
    return _scene(tx, creator, number, f"@{word(number)} waves", use=use), subject, given


def _consent(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, _, given = _cast_scene(tx, cast, number)
    return scene, lambda tx: consents.revoke(tx, cast.person, given.id)


def _pause(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, subject, _ = _cast_scene(tx, cast, number)
    return scene, lambda tx: subjects.pause(tx, cast.person, subject.id)


def _unenrolment(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, subject, _ = _cast_scene(tx, cast, number)
    return scene, lambda tx: subjects.unenrol(tx, cast.person, subject.id)


def _emergency(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, subject, _ = _cast_scene(tx, cast, number)
    target = Target(Scope.SUBJECT, subject_id=subject.id)

    def end(tx: Tx) -> object:
        return revocations.make(
            tx, cast.reviewer, of=target, mode=Mode.SUSPEND, reason="In danger."
        )

    return scene, end


def _everything(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, subject, _ = _cast_scene(tx, cast, number)
    target = Target(Scope.SUBJECT, subject_id=subject.id)
    return scene, _taking_back(cast.person, target, Mode.REVOKE)


def _requester(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, subject, _ = _cast_scene(tx, cast, number)
    requester_id = scene.creator.account_id
    target = Target(Scope.REQUESTER, requester_id=requester_id, subject_id=subject.id)
    return scene, _taking_back(cast.person, target, Mode.SUSPEND)


def _platform(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    """Take back the one platform that all of it is for."""
    scene, subject, _ = _cast_scene(tx, cast, number, ON_REEL)
    target = Target(Scope.PLATFORM, platform="reel", subject_id=subject.id)
    return scene, _taking_back(cast.person, target, Mode.REVOKE)


def _after_lifting(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    """Suspend a person again: what was lifted permits everything, until then."""
    creator = people.account(tx, Role.CREATOR)
    subject = people.subject(tx, cast.person, word(number))
    people.consent(tx, cast.person, subject, creator)
    take = _taking_back(cast.person, Target(Scope.SUBJECT, subject_id=subject.id), Mode.SUSPEND)
    first = take(tx)
    assert isinstance(first, Revocation)
    revocations.lift(tx, cast.person, first.id)
    return _scene(tx, creator, number, f"@{word(number)} waves"), take


def _work(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    """Take back a work that is opted out, whatever licences say."""
    creator = people.account(tx, Role.CREATOR)
    work = people.work(tx, cast.brand, word(number))
    people.optout(tx, cast.brand, work)
    people.licence(tx, creator, people.offer(tx, cast.brand, work))
    scene = _scene(tx, creator, number, f"{word(number)} in a park")
    return scene, _taking_back(cast.brand, Target(Scope.WORK, work_id=work.id), Mode.SUSPEND)


def _free_work(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    """Take back a work that anyone might use: it is opted out in the same commit."""
    creator = people.account(tx, Role.CREATOR)
    work = people.work(tx, cast.brand, word(number))
    scene = _scene(tx, creator, number, f"{word(number)} in a park")
    return scene, _taking_back(cast.brand, Target(Scope.WORK, work_id=work.id), Mode.SUSPEND)


def _suspended_consent(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, _, given = _cast_scene(tx, cast, number)
    target = Target(Scope.CONSENT, consent_id=given.id)
    return scene, _taking_back(cast.person, target, Mode.SUSPEND)


def _use_under_way(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    """Let two workers make the same clip, which is the one that is taken back."""
    scene, _, _ = _cast_scene(tx, cast, number)
    scene = replace(scene, asked=scene.asked[:1] * ASKED)
    target = Target(Scope.GENERATION, generation_id=scene.asked[0])
    return scene, _taking_back(cast.person, target, Mode.SUSPEND)


def _use(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    scene, _, _ = _cast_scene(tx, cast, number)
    target = Target(Scope.GENERATION, generation_id=scene.out)
    return scene, _taking_back(cast.person, target, Mode.REVOKE)


def _suspended_licence(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    creator = people.account(tx, Role.CREATOR)
    licence = people.licence(tx, creator, cast.offer)
    scene = _scene(tx, creator, number, f"{OFFERED} in a park")
    target = Target(Scope.LICENCE, licence_id=licence.id)
    return scene, _taking_back(cast.brand, target, Mode.SUSPEND)


def _taking_back(actor: Principal, target: Target, mode: Mode) -> End:
    return lambda tx: revocations.make(tx, actor, of=target, mode=mode)


def _licence(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    creator = people.account(tx, Role.CREATOR)
    licence = people.licence(tx, creator, cast.offer)
    scene = _scene(tx, creator, number, f"{OFFERED} in a park")
    return scene, lambda tx: licences.revoke(tx, cast.brand, licence.id)


def _optout(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    creator = people.account(tx, Role.CREATOR)
    work = people.work(tx, cast.brand, word(number))
    scene = _scene(tx, creator, number, f"{word(number)} in a park")
    return scene, lambda tx: optouts.register(tx, cast.brand, work_id=work.id)


def _notice(tx: Tx, cast: Cast, number: int) -> tuple[Scene, End]:
    creator = people.account(tx, Role.CREATOR)
    scene = _scene(tx, creator, number, "a red ball in a park", copies=True)
    claim = people.claim(email=f"{scene.out}@example.org")  # Of one claimant few are taken an hour.
    notice = notices.receive(tx, generation_id=scene.out, claim=claim).notice
    return scene, lambda tx: notices.uphold(tx, cast.reviewer, notice.id, reason="So.")


CAUSES: Mapping[str, Cause] = {
    "consent revoked": Cause(_consent),
    "licence revoked": Cause(_licence),
    "opted out": Cause(_optout),
    "notice upheld": Cause(_notice),
    "unenrolled": Cause(_unenrolment),
    "paused": Cause(_pause, CASTING),
    "suspended in an emergency": Cause(_emergency),
    "everything revoked": Cause(_everything, swept=False),
    "one requester suspended": Cause(_requester, swept=False),
    "one platform revoked": Cause(_platform, swept=False),
    "suspended again after lifting": Cause(_after_lifting, swept=False),
    "work suspended": Cause(_work, swept=False),
    "work suspended that was not opted out": Cause(_free_work, swept=False),
    "consent suspended": Cause(_suspended_consent, swept=False),
    "licence suspended": Cause(_suspended_licence, swept=False),
    "one use revoked": Cause(_use, SHOWING, swept=False),
    "one use suspended that is made twice": Cause(_use_under_way, MAKING, swept=False),
}
