"""What clips and files show of what is to stay down: noted, judged, and watched for floods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fingerprint import descriptor, features
from fingerprint.bundle import Fingerprint as Content
from rightsd import comparing
from rightsd.db import fingerprints, generations, matches, reviews, standing, staydowns
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain import flood, staydown
from rightsd.domain.flood import Matched
from rightsd.domain.recognition import NOTHING, Recognition
from rightsd.domain.resemblance import By, Resemblance
from rightsd.domain.review import Kind, Opening
from rightsd.domain.staydown import Bar, Found, TakenDown

_BY_FRAMES = frozenset({By.FRAMES, By.SCENE})


@dataclass(frozen=True, slots=True)
class Shown:
    """What a finished clip turned out to show.

    Attributes:
        copies: Outputs that it is a copy of.
        found: References and stay-down entries that it resembles, beside those of an earlier draw.
        recognised: Of whom it holds the likeness.
        likes: Outputs of which it may show a part.
    """

    copies: Sequence[str] = ()
    found: Sequence[Resemblance] = ()
    recognised: Recognition = NOTHING
    likes: Sequence[str] = ()

    @property
    def others(self) -> list[Found]:
        """The outputs and the stay-down entries among all this."""
        return staydown.found(self.copies, self.found, likes=self.likes)


def in_clip(tx: Tx, generation_id: str | None, shown: Shown, account_id: str) -> list[TakenDown]:
    """Return what is to stay down now and a clip of an account shows, or did when last drawn."""
    found_in = [] if generation_id is None else [generation_id]
    return judge(tx, shown.others, found_in=found_in, account_id=account_id)


def in_sent(
    tx: Tx,
    sent: Sequence[RequestReference],
    shown: Sequence[tuple[str, Resemblance]],
    account_id: str,
) -> list[TakenDown]:
    """Return what is to stay down now and what came with a request of an account shows."""
    copies = [copy for one in sent for copy in one.copies]
    likes = [like for one in sent for like in one.likes]
    came = staydown.found(copies, [resembled for _, resembled in shown], likes=likes)
    return judge(tx, came, found_in=[one.id for one in sent], account_id=account_id)


def judge(
    tx: Tx, shown: Sequence[Found], *, found_in: Sequence[str], account_id: str
) -> list[TakenDown]:
    """Return what is to stay down now, of what something shows for an account.

    Args:
        tx: The transaction.
        shown: What it shows.
        found_in: The ids of what shows it: what was noted of them counts, too.
        account_id: Who wants to show it: what they are exempt from does not count.
    """
    strong: dict[str, bool] = {}
    for one in [*shown, *(matches.found_in(tx, found_in) if found_in else ())]:
        strong[one.thing] = one.strong or strong.get(one.thing, False)
    if not strong:
        return []
    bars = standing.bars(tx, sorted(strong), account_id=account_id)
    overturned = matches.overturned_in(tx, found_in) if bars else ()
    return [
        TakenDown(thing, doubtful=bars[thing].held or not strong[thing])
        for thing in sorted(bars)
        if thing not in overturned
    ]


def note(tx: Tx, found_in: str, shown: Sequence[Found], account_id: str) -> None:
    """Note what something of an account shows of what is to stay down; ask if it is too much."""
    bars = standing.bars(tx, [one.thing for one in shown]) if shown else {}
    # In one order, so that two who ask about the same things do not wait for one another.
    for one in sorted(shown, key=lambda one: one.thing):
        if one.thing in bars and matches.insert(tx, one, found_in=found_in, account_id=account_id):
            _watch(tx, bars[one.thing])


def late(tx: Tx, whole: Content, *, horizon: int) -> list[Found]:
    """Return what a clip copies of outputs that are to stay down and were not known when compared.

    Args:
        tx: The transaction, in which no notice is upheld until it ends.
        whole: The clip.
        horizon: What transactions before this one wrote it was compared with.
    """
    # By points as well: those of an old output may have been made just now.
    outputs = {
        each
        for algorithm in (descriptor.ALGORITHM, features.ALGORITHM)
        for each in fingerprints.outputs_since(tx, algorithm, horizon)
    }
    barred = list(standing.bars(tx, sorted(outputs))) if outputs else []
    if not barred:
        return []
    kept = fingerprints.of_assets(tx, barred, descriptor.ALGORITHM)
    shown = comparing.among(tx, replace(whole, sound=None), kept)
    # Whatever whole frames show of an output is a copy of it.
    return [Found(one.reference_id, one.strong or one.by in _BY_FRAMES) for one in shown]


def _watch(tx: Tx, bar: Bar) -> None:
    asked = matches.floods(tx, [bar.thing])
    if bar.thing in asked and asked[bar.thing] is None:
        return  # A reviewer is asked about it, or has said that it is wrong.
    matched = matches.matched(tx, bar.thing, confirmed_at=asked.get(bar.thing))
    if flood.is_flood(matched, tx.now):
        reviews.begin(tx, _opening(tx, bar, matched))


def _opening(tx: Tx, bar: Bar, matched: Matched) -> Opening:
    party = _party(tx, bar.thing)
    return Opening(
        kind=Kind.FLOOD,
        things=(bar.thing,),
        parties=(party,),
        about=(party,),
        evidence={
            "thing": bar.thing,
            "kinds": list(bar.kinds),
            "matches_of_the_hour": matched.recent,
            "matches_of_the_month": matched.before,
            "first_match_at": matched.first_at and matched.first_at.isoformat(),
            "refused_meanwhile": bar.closed,
        },
    )


def _party(tx: Tx, thing: str) -> str:
    """Return whose output was taken down, or who added the entry: they do not decide this."""
    if staydown.is_entry(thing):
        entry = staydowns.find(tx, thing)
        assert entry is not None
        return entry.account_id
    generation = generations.find(tx, thing)
    assert generation is not None
    return generation.account_id
