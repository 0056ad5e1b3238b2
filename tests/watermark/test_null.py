import numpy as np
import pytest

from tests.watermark import clips
from watermark import null
from watermark.detect import LOG10_P_MAX
from watermark.errors import WatermarkError
from watermark.spectrum import Accumulator


def add_up(*, marked: bool) -> Accumulator:
    accumulator = Accumulator()
    clip = clips.marked if marked else clips.plain
    accumulator.add(clip("gradients", 180, 320, 24))
    return accumulator


def test_wrong_keys_follow_the_law_and_never_pass_the_bound() -> None:
    found = null.measure(
        [add_up(marked=False), add_up(marked=True)], trials=2000, log10_p_max=LOG10_P_MAX
    )

    assert (found.trials, found.clips, found.claims) == (2000, 2, 0)
    assert 0.8 < found.scale < 1.5
    assert [round(step.measured, 3) for step in found.tail] == [0.5, 0.1, 0.032, 0.01]
    for step in found.tail:
        assert step.fitted / 3 < step.measured < step.fitted * 3
        assert step.bound > step.measured
    assert found.estimate(found.highest) < 0.01


def test_the_fit_finds_the_law_again() -> None:
    drawn = np.random.default_rng(0).gumbel(6.0, 1.2, 20_000)

    assert null.fit(drawn) == pytest.approx((6.0, 1.2), abs=0.03)


def test_a_null_needs_trials_and_a_clip() -> None:
    with pytest.raises(WatermarkError, match="100 to"):
        null.measure([add_up(marked=False)], trials=99, log10_p_max=LOG10_P_MAX)
    with pytest.raises(WatermarkError, match="a clip"):
        null.measure([], trials=100, log10_p_max=LOG10_P_MAX)
