"""The runbook is whole, and a broken one is refused."""

import pytest

from rightsd.domain import runbook
from rightsd.domain.runbook import Strand

STEP = '[[step]]\nid="a"\nstrand="safety"\nminutes=5\nen="x"\nja="y"\nhow="z"\n'


def test_every_strand_has_its_steps_in_the_order_of_their_time() -> None:
    steps = runbook.CURRENT.steps

    assert {step.strand for step in steps} == set(Strand)
    assert [step.within for step in steps] == sorted(step.within for step in steps)
    assert all(step.title["en"] and step.title["ja"] and step.how for step in steps)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 1",
        f"version = 1\n{STEP}{STEP}",
        "version = 1\n" + STEP.replace("safety", "weather"),
        "version = 1\n" + STEP.replace("minutes=5", ""),
        "version = [",
    ],
)
def test_a_broken_runbook_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        runbook.load(text)
