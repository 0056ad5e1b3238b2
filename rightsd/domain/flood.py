"""Flood: one thing that is to stay down suddenly matches too much, so that it may be wrong.

Content ID has taken down what everybody may show because one reference held it. What a flood does
is to ask a reviewer, and to leave to them what matches meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.domain import rates
from rightsd.domain.rates import Rate

RECENT = timedelta(hours=1)
HISTORY = timedelta(days=30)
# Fewer matches in an hour are no flood, whatever came before: a clip of one's own tried again.
FLOOR = 20
# So many of one account count: nobody makes a flood alone, to have a takedown doubted.
OF_ACCOUNT_MAX = 5
# Nor is it one unless there are so many times more than in its usual hour.
TIMES = 10.0


@dataclass(frozen=True, slots=True)
class Matched:
    """How much one thing has matched.

    Attributes:
        recent: In the last RECENT, or since a reviewer confirmed it, if that is less;
            OF_ACCOUNT_MAX of each account.
        before: In the HISTORY before that.
        first_at: When it matched first; None: never.
    """

    recent: int
    before: int
    first_at: datetime | None


@dataclass(frozen=True, slots=True)
class Precision:
    """How often what one thing matched was a copy of it, as reviewers and platforms found.

    Attributes:
        matches: All that it matched.
        right: What of the judged was confirmed; `wrong` in it are those that were overturned.
    """

    matches: int
    confirmed: int
    overturned: int
    right: Rate


def is_flood(matched: Matched, now: datetime) -> bool:
    """Say whether something matches too much by its own measure."""
    if matched.recent < FLOOR:
        return False
    known = min(HISTORY, now - matched.first_at) if matched.first_at is not None else RECENT
    hours = max(known - RECENT, RECENT) / timedelta(hours=1)
    return matched.recent > TIMES * matched.before / hours


def precision(matches: int, *, confirmed: int, overturned: int) -> Precision:
    """Return the share of judged matches that were right, with Wilson's interval."""
    judged = confirmed + overturned
    share = confirmed / judged if judged else None
    low, high = rates.wilson(share or 0.0, judged)
    return Precision(matches, confirmed, overturned, Rate(overturned, judged, share, low, high))
