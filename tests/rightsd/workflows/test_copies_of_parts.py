"""Parts of pictures and sounds: of references, of what stays down, and of what is out already."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprint import cascade, proxy
from fingerprint.bundle import Fingerprint
from fingerprint.errors import FramesError
from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media, proxies
from rightsd.db import fingerprints, request_references, resemblances, sealing, standing
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind as NoticeKind
from rightsd.domain.resemblance import By, Resemblance
from rightsd.domain.staydown import Kind
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import references, staydowns, verifications
from rightsd.workflows.generations import matches, requests
from rightsd.workflows.generations import references as sent
from rightsd.workflows.notices import identifying
from tests import copyists, people, upholding
from tests.daemon import settle
from tests.fingerprint import clips

FRAMES = copyists.clip(1)
WORK = copyists.whole(FRAMES, sound=1)
PART = copyists.whole(copyists.cut_out(FRAMES))
PLAYED = copyists.whole(copyists.clip(2), sound=1)  # Its sound under other pictures.


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


@pytest.fixture
def reviewer(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.REVIEWER)


@pytest.fixture
def work(rt: Runtime, brand: Principal) -> Work:
    with rt.transaction() as tx:
        made = people.work(tx, brand)
        people.optout(tx, brand, made)
    return made


def refer(rt: Runtime, brand: Principal, work: Work, *, grey_copy: bool = True) -> str:
    with rt.transaction() as tx:
        shown = copyists.shown(WORK)
        return references.register(tx, brand, work_id=work.id, shown=shown, grey_copy=grey_copy).id


def publish(rt: Runtime, creator: Principal, whole: Fingerprint) -> Generation:
    with rt.transaction() as tx:
        made = people.published(tx, creator)
        fingerprints.insert(tx, made.id, files.pack_whole(whole, moves=True))
    return made


def send(rt: Runtime, creator: Principal, whole: Fingerprint) -> str:
    """Send a clip for a request, as whoever looks at the file does."""
    shows = comparing.compare(rt, whole)
    looked = sent.Looked("0" * 64, whole, shows.copies, shows.likes, shows.found, shows.through)
    with rt.transaction() as tx:
        return sent.send(tx, creator, looked).id


def ask(rt: Runtime, creator: Principal, sent_id: str) -> Decision:
    with rt.transaction() as tx:
        return requests.preflight(tx, creator, prompt="a kite", cameos=(), sent_ids=(sent_id,))


def save(path: Path) -> Path:
    """Write a file of the part."""
    frames = copyists.cut_out(FRAMES)
    media.write_video(path, width=192, height=108, fps=clips.FPS, frames=[frames])
    return path


def state(rt: Runtime, creator: Principal, made: Generation) -> State:
    with rt.transaction() as tx:
        return requests.view(tx, creator, made.id).generation.state


def told(decision: Decision) -> tuple[Outcome, Sequence[str], object]:
    return (
        decision.outcome,
        [reason.rule for reason in decision.reasons],
        decision.reasons[0].evidence.get("by"),
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PART, (Outcome.REFUSE, ["reference.opted_out"], "points")),
        (PLAYED, (Outcome.HOLD, ["reference.resembles"], "sound")),
    ],
)
def test_what_is_sent_is_held_against_parts_and_sounds(
    rt: Runtime,
    brand: Principal,
    creator: Principal,
    work: Work,
    content: Fingerprint,
    expected: tuple[Outcome, Sequence[str], str],
) -> None:
    refer(rt, brand, work)

    assert told(ask(rt, creator, send(rt, creator, content))) == expected


@pytest.mark.parametrize(("content", "by"), [(PART, "points"), (PLAYED, "sound")])
def test_of_a_reference_that_comes_later_a_part_is_held(
    rt: Runtime, brand: Principal, creator: Principal, work: Work, content: Fingerprint, by: str
) -> None:
    """Of what is sent no grey copy is kept, so that it moves like the reference is not told."""
    sent_id = send(rt, creator, content)

    refer(rt, brand, work)

    decision = ask(rt, creator, sent_id)
    assert told(decision) == (Outcome.HOLD, ["reference.resembles"], by)
    with rt.transaction() as tx:
        (kept,) = request_references.lock(tx, [sent_id])
        assert proxy.ALGORITHM not in dict(kept.channels)


def test_no_work_is_hidden_behind_others_that_look_alike(
    rt: Runtime,
    brand: Principal,
    creator: Principal,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However few are looked at at a time: here all but the last are of nobody who objects."""
    monkeypatch.setattr(cascade, "CANDIDATES_MAX", 1)
    early = send(rt, creator, PART)
    with rt.transaction() as tx:
        others = [people.work(tx, brand, title=title) for title in ("Heron", "Osprey")]
    for each in (*others, work):
        refer(rt, brand, each)

    late = send(rt, creator, PART)

    assert told(ask(rt, creator, late)) == (Outcome.REFUSE, ["reference.opted_out"], "points")
    assert told(ask(rt, creator, early)) == (Outcome.HOLD, ["reference.resembles"], "points")


def test_without_a_grey_copy_a_part_waits_for_a_reviewer(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    refer(rt, brand, work, grey_copy=False)

    decision = ask(rt, creator, send(rt, creator, PART))

    assert told(decision) == (Outcome.HOLD, ["reference.resembles"], "points")


def test_a_grey_copy_opens_for_as_long_as_its_owner_has_a_key(
    rt: Runtime, brand: Principal, work: Work
) -> None:
    reference_id = refer(rt, brand, work)
    with rt.transaction() as tx:
        lies = fingerprints.find(tx, reference_id, proxy.ALGORITHM)
        opened = dict(fingerprints.of_asset(tx, reference_id))[proxy.ALGORITHM]
    assert WORK.motion is not None
    assert len(proxies.unpack(opened)) == len(WORK.motion)
    assert lies is not None
    with pytest.raises(FramesError):
        proxies.unpack(lies)

    with rt.transaction() as tx:
        sealing.destroy_key(tx, brand.account_id)

    with rt.transaction() as tx:
        assert proxy.ALGORITHM not in dict(fingerprints.of_asset(tx, reference_id))


def test_a_new_reference_withdraws_what_shows_a_part_and_doubts_what_sounds_like_it(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    shows, sounds, neither = (
        publish(rt, creator, each) for each in (PART, PLAYED, copyists.whole(copyists.clip(3)))
    )

    reference_id = refer(rt, brand, work)
    settle(rt)

    assert state(rt, creator, shows) is State.WITHDRAWN
    assert state(rt, creator, sounds) is State.PUBLISHED
    assert state(rt, creator, neither) is State.PUBLISHED
    with rt.transaction() as tx:
        (noted,) = resemblances.of_generation(tx, sounds.id)
        assert (noted.reference_id, noted.by, noted.strong) == (reference_id, By.SOUND, False)
        assert resemblances.of_generation(tx, neither.id) == []
        tx.conn.execute("UPDATE rights.resemblance SET by = NULL")  # As those from before.
        (before,) = resemblances.of_generation(tx, sounds.id)
        assert before == replace(noted, by=By.VOICE)


def test_however_many_outputs_show_a_part_all_are_withdrawn(
    rt: Runtime,
    brand: Principal,
    creator: Principal,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cascade, "CANDIDATES_MAX", 1)
    out = [publish(rt, creator, PART) for _ in range(3)]

    refer(rt, brand, work)
    settle(rt)

    assert {state(rt, creator, each) for each in out} == {State.WITHDRAWN}


def test_however_many_outputs_sound_like_a_reference_all_are_noted(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    out = [publish(rt, creator, replace(PLAYED, frames=None, features=None)) for _ in range(20)]

    reference_id = refer(rt, brand, work)
    settle(rt)

    with rt.transaction() as tx:
        noted = [resemblances.of_generation(tx, each.id) for each in out]
    assert [[one.reference_id for one in each] for each in noted] == [[reference_id]] * len(out)


def test_an_output_that_was_taken_down_does_not_hide_behind_others(
    rt: Runtime, creator: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are looked at at a time."""
    monkeypatch.setattr(cascade, "CANDIDATES_MAX", 1)
    out = [publish(rt, creator, WORK) for _ in range(3)]
    with rt.transaction() as tx:
        upholding.take_down(tx, max(out, key=lambda each: each.id))

    decision = ask(rt, creator, send(rt, creator, PART))

    assert "output.taken_down" in [reason.rule for reason in decision.reasons]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (Kind.COPYRIGHT, "output.taken_down"),
        # Of people there is no grey copy, so a person looks.
        (Kind.INTIMATE, "output.resembles_taken_down"),
    ],
)
def test_a_part_of_what_stays_down_is_not_used(
    rt: Runtime, creator: Principal, reviewer: Principal, kind: Kind, rule: str
) -> None:
    with rt.transaction() as tx:
        entry = staydowns.add(tx, reviewer, kind=kind, shown=copyists.shown(WORK), reason="So.")
        channels = {each for each, _ in fingerprints.of_asset(tx, entry.id)}

    decision = ask(rt, creator, send(rt, creator, PART))

    assert [reason.rule for reason in decision.reasons] == [rule]
    assert (proxy.ALGORITHM in channels) is (kind is Kind.COPYRIGHT)


@pytest.mark.parametrize(
    ("kind", "grounds"), [(Kind.COPYRIGHT, ("copyright",)), (Kind.INTIMATE, ())]
)
def test_a_file_that_shows_a_part_of_what_stays_down_is_said_to(
    rt: Runtime, reviewer: Principal, tmp_path: Path, kind: Kind, grounds: tuple[str, ...]
) -> None:
    """Of people no grey copy is kept, so that it is no other take cannot be told."""
    with rt.transaction() as tx:
        staydowns.add(tx, reviewer, kind=kind, shown=copyists.shown(WORK), reason="So.")

    found = verifications.verify(rt, save(tmp_path / "found.mp4"))

    assert found.verdict.grounds == grounds


def test_a_part_of_an_output_that_was_taken_down_is_not_used(
    rt: Runtime, creator: Principal
) -> None:
    out = publish(rt, creator, WORK)
    moving, still = PART, replace(PART, motion=None)
    by = {each: send(rt, creator, content) for each, content in (("m", moving), ("s", still))}
    assert ask(rt, creator, by["m"]).outcome is Outcome.ALLOW

    with rt.transaction() as tx:
        upholding.take_down(tx, out)

    refused, held = (ask(rt, creator, by[each]) for each in ("m", "s"))
    assert "output.taken_down" in [reason.rule for reason in refused.reasons]
    assert [reason.rule for reason in held.reasons] == ["output.resembles_taken_down"]


def test_a_release_sees_a_part_of_what_was_published_and_taken_down_meanwhile(
    rt: Runtime, creator: Principal
) -> None:
    horizon = comparing.compare(rt, PART).horizon
    out, unlike = publish(rt, creator, WORK), publish(rt, creator, PLAYED)

    with rt.transaction() as tx:
        for each in (out, unlike):
            upholding.take_down(tx, each)
        found = matches.late(tx, PART, horizon=horizon)

    assert [(one.thing, one.strong) for one in found] == [(out.id, True)]


def test_a_notice_by_file_finds_the_output_of_which_it_shows_a_part(
    rt: Runtime, creator: Principal, tmp_path: Path
) -> None:
    out = publish(rt, creator, WORK)

    assert identifying.find_one(rt, save(tmp_path / "found.mp4")) == out.id


def test_a_notice_by_file_is_against_the_one_that_it_surely_shows(
    rt: Runtime, creator: Principal, tmp_path: Path
) -> None:
    """Another one has the same pictures, of which nothing says how they move."""
    out, _ = publish(rt, creator, WORK), publish(rt, creator, replace(WORK, motion=None))
    path = save(tmp_path / "found.mp4")

    first, second = identifying.find(rt, path)

    assert (first.generation_id, first.sure, second.sure) == (out.id, True, False)
    assert identifying.find_one(rt, path) == out.id


def test_a_notice_withdraws_what_shows_a_part_of_its_output(
    rt: Runtime, creator: Principal
) -> None:
    out, part, other = (publish(rt, creator, each) for each in (WORK, PART, PLAYED))

    with rt.transaction() as tx:
        upholding.take_down(tx, out)
    settle(rt)

    assert state(rt, creator, part) is State.WITHDRAWN
    assert state(rt, creator, other) is State.PUBLISHED


def test_nobody_makes_a_reference_of_a_part_of_what_was_taken_down_for_someone(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    out = publish(rt, creator, WORK)
    with rt.transaction() as tx:
        upholding.take_down(tx, out, NoticeKind.LIKENESS)
    shown = copyists.shown(PART)

    found = references.compare(rt, shown)

    assert [one.thing for one in found if one.strong] == [out.id]
    with rt.transaction() as tx, pytest.raises(RightsError) as caught:
        references.register(tx, brand, work_id=work.id, shown=shown, found=found)
    assert caught.value.code is Code.REFUSED


def test_what_was_doubtful_and_is_certain_by_now_is_noted_so(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    reference_id = refer(rt, brand, work)
    out = publish(rt, creator, PLAYED)
    doubtful = Resemblance(reference_id, 0.9, None, 1.0, certain=False, by=By.SOUND)
    certain = Resemblance(reference_id, 0.9, None, 2.0, certain=True, by=By.POINTS)
    with rt.transaction() as tx:
        resemblances.insert(tx, out.id, [doubtful])
        assert standing.why_not(tx, [out]) == {}

        resemblances.insert(tx, out.id, [certain])
        resemblances.insert(tx, out.id, [doubtful])

        assert resemblances.of_generation(tx, out.id) == [certain]
        assert out.id in standing.why_not(tx, [out])
