"""/v1/notices/regimes and /accuracy: what notices must say, and how often claimants are right."""

from fastapi import APIRouter

from rightsd.domain import regime
from rightsd.domain.clocks import SetBy, What
from rightsd.domain.flagger import Accuracy
from rightsd.domain.letter import Language
from rightsd.domain.regime import Confidence, Kind, Regime
from rightsd.web.api.fields import Out
from rightsd.web.api.noticefields import ElementOut
from rightsd.web.auth import Rt
from rightsd.workflows.notices import showing

router = APIRouter(prefix="/v1/notices", tags=["notices"])


class LengthOut(Out):
    """How long a clock of a regime runs; `when_whole`: only once nothing is missing."""

    what: What
    kinds: list[Kind]
    set_by: SetBy
    when_whole: bool
    hours: int | None
    days: int | None
    business_days: int | None


class RegimeOut(Out):
    """What a law asks for. `confidence`: how well we know it. This is no legal advice.

    `kept_days`: for how long what people wrote in a notice that it governs is kept once it closed.
    """

    id: str
    title_en: str
    title_ja: str
    source: str
    confidence: Confidence
    governs: list[Kind]
    also: list[Kind]
    territories: list[str]
    elements: list[ElementOut]
    clocks: list[LengthOut]
    counter_elements: list[ElementOut] | None
    kept_days: int


class AccuracyOut(Out):
    """How often takedowns of a claimant stood in the end, in the last year.

    `flagger`: the name of a trusted flagger; null for everyone else together. `interval`: Wilson's,
    95 %.
    """

    flagger: str | None
    decided: int
    upheld: int
    share: float | None
    interval: tuple[float, float] | None


@router.get("/regimes")
def list_regimes() -> list[RegimeOut]:
    """List what each kind of notice must say, by which law, and which clocks run."""
    return [_out(each) for each in regime.REGIMES]


@router.get("/accuracy")
def show_accuracy(rt: Rt) -> list[AccuracyOut]:
    """Say how often notices were right: of trusted flaggers by name, of others together."""
    with rt.transaction() as tx:
        found: list[Accuracy] = showing.accuracy(tx)
        return [AccuracyOut.model_validate(each) for each in found]


def _out(found: Regime) -> RegimeOut:
    return RegimeOut(
        id=found.id,
        title_en=found.title[Language.EN],
        title_ja=found.title[Language.JA],
        source=found.source,
        confidence=found.confidence,
        governs=sorted(found.governs),
        also=sorted(found.also),
        territories=sorted(found.territories),
        elements=[ElementOut.of(each) for each in found.elements],
        clocks=[
            LengthOut(
                what=length.what,
                kinds=sorted(length.kinds),
                set_by=length.set_by,
                when_whole=length.when_whole,
                hours=length.hours,
                days=length.days,
                business_days=length.business_days,
            )
            for length in found.lengths
        ],
        counter_elements=found.counter and [ElementOut.of(each) for each in found.counter.elements],
        kept_days=found.kept.days,
    )
