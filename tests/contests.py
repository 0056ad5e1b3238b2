"""A name that two claim, a request that names it, and reviewers who decide."""

from rightsd.db import reviews as rows
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Kind, Review, Right
from rightsd.domain.work import Work
from rightsd.workflows import reviews
from rightsd.workflows.generations import requests
from tests import people

PROMPT = "the Nebula Fox runs"
CONTESTED = "work.contested@1"


def claimed_twice(tx: Tx, name: str = "Nebula Fox") -> tuple[Work, Work]:
    """Return two works of one name; the second is opted out, and the first is not."""
    first, second = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
    works = people.work(tx, first, name), people.work(tx, second, name)
    later = works if works[0].id < works[1].id else works[::-1]  # Both are of the same moment.
    people.optout(tx, Principal(later[1].account_id, Role.RIGHTS_HOLDER), later[1])
    return later[0], later[1]


def ask(tx: Tx, creator: Principal, prompt: str = PROMPT) -> Generation:
    return requests.request(tx, creator, wanted=people.wanted(prompt))


def of(tx: Tx, thing: str, kind: Kind = Kind.USE) -> Review:
    """Return the newest review about a thing."""
    row = tx.conn.execute(
        "SELECT id FROM rights.review WHERE kind = %s AND things @> ARRAY[%s]"
        " ORDER BY opened_at DESC LIMIT 1",
        (kind, thing),
    ).fetchone()
    assert row is not None
    review = rows.find(tx, row[0])
    assert review is not None
    return review


def decide(
    tx: Tx,
    review: Review,
    finding: Finding,
    *,
    right: Right | None = None,
    by: Principal | None = None,
) -> Review:
    """Claim a review and decide it, as some reviewer."""
    reviewer = by or people.account(tx, Role.REVIEWER)
    reviews.claim(tx, reviewer, review.id)
    return reviews.decide(tx, reviewer, review.id, finding=finding, right=right, reason="So.")
