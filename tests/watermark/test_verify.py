from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from tests.watermark import attacks, clips
from watermark import ecc, payload, quality, register, verify
from watermark.detect import Detector
from watermark.embed import Embedder
from watermark.errors import WatermarkError
from watermark.frames import Frames
from watermark.keys import derive
from watermark.register import Registration
from watermark.verify import LOG10_P_MAX, Marked, Proof

HEIGHT, WIDTH, COUNT = 180, 320, 24
STRENGTH = 1.4  # So small a picture is marked more strongly.
MARKED = Marked(clips.PAYLOAD_ID, HEIGHT, WIDTH)

VARIANTS: dict[str, Callable[[Frames], Frames]] = {
    "as drawn": lambda frames: frames,
    "upside down": lambda frames: frames[:, ::-1],
    "backwards and dim": lambda frames: (frames[::-1] * 0.7).astype(np.uint8),
    "negative": lambda frames: 255 - frames,
}


@cache
def plain(kind: str, variant: str = "as drawn") -> Frames:
    drawn = VARIANTS[variant](clips.plain(kind, HEIGHT, WIDTH, COUNT))
    return np.ascontiguousarray(drawn)


@cache
def released(
    kind: str,
    variant: str = "as drawn",
    payload_id: int = clips.PAYLOAD_ID,
    *,
    strength: float = STRENGTH,
) -> Frames:
    """Return the file of an output, as it was released."""
    embedder = Embedder(clips.SECRET, payload_id, height=HEIGHT, width=WIDTH, strength=strength)
    return clips.encode(embedder.mark(plain(kind, variant)), 18)


def check(
    frames: Frames,
    original: Frames,
    *,
    secret: bytes = clips.SECRET,
    marked: Marked = MARKED,
    shots: list[int] | None = None,
) -> Proof | None:
    query, there = register.shrink(frames), register.shrink(original)
    expected = [min(at, len(there) - 1) for at in range(len(query))]
    laid = register.register(query, there, expected, reach=2)
    if laid is None:
        return None
    return verify.verify(secret, marked, query, there, laid, shots=shots or [0] * len(there))


def is_proved(proof: Proof | None) -> bool:
    return proof is not None and proof.verified


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "crf"), [("textured", 43), ("gradients", 41)])
def test_a_mark_that_is_too_weak_to_read_is_verified(crf: int, kind: str) -> None:
    original = clips.encode(clips.marked(kind, 360, 640, 48), 18)
    attacked = clips.encode(original, crf)[::2]

    proof = check(attacked, original[::2], marked=Marked(clips.PAYLOAD_ID, 360, 640))

    assert Detector(clips.SECRET).detect([attacked]).payload_id is None
    assert is_proved(proof)


@pytest.mark.parametrize(
    "way",
    [
        attacks.tilt,
        lambda frames: clips.resize(clips.crop(frames, 0.6), HEIGHT, WIDTH),
        lambda frames: attacks.inset(frames, share=0.65, onto=plain("gradients")),
    ],
    ids=["tilted", "cropped", "inset"],
)
def test_a_mark_is_verified_in_a_picture_that_was_bent(way: Callable[[Frames], Frames]) -> None:
    original = released("textured", strength=clips.STRENGTHS["textured"])

    assert is_proved(check(clips.encode(way(original), 18), original))


@pytest.mark.slow
def test_the_forensic_layer_outlives_a_notch_of_the_lattice() -> None:
    """Whoever knows the lattice takes its power away and leaves the picture as it looks: 40 dB."""
    detector, blind, proved = Detector(clips.SECRET), [], []
    for kind in clips.RENDERERS:
        for variant in VARIANTS:
            original = released(kind, variant, strength=1.0)
            notched = next(
                one
                for width in (0.8, 0.7, 0.6, 0.5)
                if quality.psnr_luma(original, one := attacks.notch(original, width=width)) >= 40.0
            )
            attacked = clips.encode(notched, 23)
            blind.append(detector.detect([attacked], effort="quick").payload_id is not None)
            proved.append(is_proved(check(attacked, original)))

    assert len(proved) == 12
    assert sum(blind) <= 6  # On a blank wall some power is left beside the notches.
    assert sum(proved) >= 0.8 * len(proved)


@pytest.mark.parametrize("kind", clips.RENDERERS)
@pytest.mark.parametrize("crf", [18, 33])
def test_the_unmarked_twin_of_an_output_is_not_verified(kind: str, crf: int) -> None:
    """The original to which it is registered has the mark, and must not lend it."""
    assert not is_proved(check(clips.encode(plain(kind), crf), released(kind)))


@pytest.mark.parametrize("kind", clips.RENDERERS)
def test_an_output_does_not_vouch_for_another_with_the_same_picture(kind: str) -> None:
    twin = released(kind, payload_id=5)

    assert not is_proved(check(clips.encode(twin, 23), released(kind)))
    assert is_proved(check(clips.encode(twin, 23), twin, marked=Marked(5, HEIGHT, WIDTH)))


def lay_over_itself(frames: Frames, others: list[int], shots: list[int]) -> list[Proof]:
    """Return how a clip fits the outputs that it is not."""
    greys = register.shrink(frames)
    laid = register.register(greys, greys, range(COUNT))
    assert laid is not None
    return [
        verify.verify(clips.SECRET, Marked(other, HEIGHT, WIDTH), greys, greys, laid, shots=shots)
        for other in others
    ]


@pytest.mark.parametrize("shot_frames", [COUNT, 6])
def test_other_outputs_fit_no_better_than_chance(shot_frames: int) -> None:
    """The lattice is the same in each shot: what it has in common with another must not add up."""
    others = np.random.default_rng(0).integers(0, 2**60, 3).tolist()
    shots = [at // shot_frames for at in range(COUNT)]

    proofs = lay_over_itself(released("textured"), others, shots)

    assert min(proof.log10_p for proof in proofs) > -2.0


def test_the_lattice_of_an_id_that_is_near_does_not_fit() -> None:
    """Near ids may have code words that have much in common, and lie elsewhere."""
    mac = derive(clips.SECRET).mac
    words = [ecc.encode(payload.encode(payload.Payload(number), mac)) for number in range(4000)]
    near = min(set(range(4000)) - {5}, key=lambda number: (words[number] != words[5]).sum())

    (proof,) = lay_over_itself(released("textured", payload_id=5), [near], [0] * COUNT)

    assert proof.log10_p > LOG10_P_MAX
    assert not proof.verified


def test_the_lattice_alone_does_not_suffice() -> None:
    assert not Proof(log10_p=-30.0, own_log10_p=0.0, z=12.0, frames=8).verified
    assert Proof(log10_p=-30.0, own_log10_p=-4.0, z=12.0, frames=8).verified


def test_another_secret_verifies_nothing() -> None:
    assert not is_proved(check(released("textured"), released("textured"), secret=bytes(32)))


@pytest.mark.parametrize("onto", ["gradients", "flat"])
def test_a_mark_that_was_moved_to_another_clip_is_not_verified(onto: str) -> None:
    original, target = released("textured"), plain(onto)
    others = [released("textured", payload_id=number) for number in range(3)]
    average = np.mean(others, axis=0).astype(np.uint8)

    for forged in (
        attacks.transplant(original, plain("textured"), target),
        attacks.copy(original, target),
        attacks.copy(average, target),
    ):
        assert check(clips.encode(forged, 20), original) is None


def test_the_key_of_another_tenant_verifies_nothing() -> None:
    """The lattice is there for both; the layer of the output alone tells whose it is."""
    embedder = Embedder(clips.SECRET, clips.PAYLOAD_ID, height=HEIGHT, width=WIDTH, tenant="acc_1")
    original = clips.encode(embedder.mark(plain("gradients")), 18)

    for tenant in ("acc_1", "acc_2", ""):
        marked = Marked(clips.PAYLOAD_ID, HEIGHT, WIDTH, tenant)
        assert is_proved(check(original, original, marked=marked)) == (tenant == "acc_1")


def test_every_shot_has_its_own_layer() -> None:
    """Verified with the shots as they are, and not with another's."""
    embedder = Embedder(clips.SECRET, clips.PAYLOAD_ID, height=HEIGHT, width=WIDTH, cuts=(8, 16))
    original = clips.encode(embedder.mark(plain("textured")), 18)
    notched = clips.encode(attacks.notch(original), 23)
    shots = [0] * 8 + [1] * 8 + [2] * 8

    assert is_proved(check(notched, original, shots=shots))
    assert not is_proved(check(notched, original, shots=[9] * COUNT))


def test_a_clip_without_a_mark_proves_nothing() -> None:
    black = np.zeros((2, 96, 160, 2), dtype=np.uint8)
    laid = Registration(
        tuple(register.Placing(at, at, np.eye(3)) for at in range(2)), agreement=1.0
    )

    proof = verify.verify(clips.SECRET, Marked(1, 96, 160), black, black, laid, shots=[0, 0])

    assert proof == Proof(0.0, 0.0, 0.0, 2)
    assert not proof.verified
    assert LOG10_P_MAX < 0.0


def test_shots_must_fit() -> None:
    frames = register.shrink(released("textured"))
    laid = register.register(frames, frames, range(COUNT))
    assert laid is not None

    with pytest.raises(WatermarkError, match="a shot each"):
        verify.verify(clips.SECRET, MARKED, frames, frames, laid, shots=[0])


def test_too_many_shots_are_refused() -> None:
    frames = np.zeros((65, 96, 160, 2), dtype=np.uint8)
    laid = Registration(
        tuple(register.Placing(at, at, np.eye(3)) for at in range(65)), agreement=1.0
    )

    with pytest.raises(WatermarkError, match="64 shots"):
        verify.verify(clips.SECRET, MARKED, frames, frames, laid, shots=range(65))
