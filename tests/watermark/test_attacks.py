import numpy as np
import pytest

from tests.watermark import clips
from watermark import attacks
from watermark.attacks import ATTACKS, Attack


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gives_frames_and_spares_what_it_was_given(attack: Attack) -> None:
    frames = clips.render_textured(5, 400, 420)
    before = frames.copy()

    changed = attack.change(frames)

    assert changed.dtype == np.uint8
    assert changed.ndim == 4
    assert changed.shape[3] == 3
    assert np.array_equal(frames, before)
    if attack.change is not attacks.keep and attack.name != "half a second":
        assert changed.shape != before.shape or not np.array_equal(changed, before)
        assert np.array_equal(changed, attack.change(frames))


def test_a_difference_is_shown_about_middle_grey() -> None:
    plain = np.full((2, 2, 3), 100, dtype=np.uint8)

    shown = attacks.amplify(plain, plain + np.array([0, 1, 90], dtype=np.uint8), factor=20.0)

    assert shown[0, 0].tolist() == [128, 148, 255]
