"""Who claims which name, in Postgres: what the names count for, and what claims rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import generations, reviews, sealing, vocabulary
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain import radius
from rightsd.domain.naming import Name
from rightsd.domain.radius import Cap, Lately
from rightsd.domain.review import Kind, Opening
from rightsd.domain.work import Document, Ownership, Standing, Work
from rightsd.domain.work import Kind as WorkKind

RECENT_MAX = 20_000  # Requests of the last week that are looked through for a sample.


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two works that claim a name: the one whose claim counts meanwhile, and the other."""

    first_id: str
    second_id: str
    folded: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A name of a work that someone else claims as well, as its owner may know it.

    Attributes:
        shown: The name, as its owner writes it.
        standing: What it counts for with them.
        theirs: What it counts for with the other.
        kind: Of the other's work, about which nothing else is told.
        ownership: What the other's claim rests on.
        registered_at: When the other registered it.
        asked: A reviewer is asked between the two.
    """

    work_id: str
    title: str
    shown: str
    standing: Standing
    theirs: Standing
    kind: WorkKind
    ownership: Ownership
    registered_at: datetime
    asked: bool


def hold(tx: Tx, work_ids: Sequence[str]) -> None:
    """Keep the names of works, and the same names of others, as they are until the commit.

    Whoever changes what names count for in several statements begins with this, and holds no name
    before: all lock in the order of the names, so that they wait for one another and not in a
    circle. An import does it at its end.
    """
    tx.conn.execute(
        """
        SELECT 1 FROM rights.alias
        WHERE (work_id, folded) IN (
            SELECT theirs.work_id, theirs.folded
            FROM rights.alias AS mine
            JOIN rights.alias AS theirs ON theirs.key = mine.key AND theirs.folded = mine.folded
            WHERE mine.work_id = ANY(%s))
        ORDER BY work_id, folded FOR NO KEY UPDATE
        """,
        (list(work_ids),),
    )


def worse(tx: Tx, work_ids: Sequence[str]) -> set[str]:
    """Return the works of the worse claims to names that these works share: see `contest`."""
    rows = tx.conn.execute("SELECT work_id FROM rights.worse_claims(%s::text[])", (list(work_ids),))
    return {row[0] for row in rows}


def contest(tx: Tx, work_ids: Sequence[str]) -> int:
    """Contest the worse claims to names that these works share with those of other accounts.

    Only where one of the two is opted out, or its owner asks for more than that: otherwise nobody
    is kept from anything. The better claim is the one that a reviewer has found to be right, or
    else the earlier one. Returns how many names that is.
    """
    # In the order of the names, so that two who contest wait for one another and not in a circle;
    # whoever has waited looks again whether a reviewer has given the name away meanwhile.
    cursor = tx.conn.execute(
        """
        UPDATE rights.alias SET standing = 'contested'
        FROM (
            SELECT alias.work_id, alias.folded
            FROM rights.worse_claims(%s::text[]) AS worse
            JOIN rights.alias ON alias.work_id = worse.work_id AND alias.folded = worse.folded
            ORDER BY alias.work_id, alias.folded FOR NO KEY UPDATE OF alias
        ) AS worse
        WHERE alias.work_id = worse.work_id AND alias.folded = worse.folded
            AND alias.standing = 'claimed'
        """,
        (list(work_ids),),
    )
    return cursor.rowcount


def own(tx: Tx, work_id: str, folded: Sequence[str], *, among: Sequence[Standing]) -> int:
    """Let names be a work's own, those that stood so before; return how many.

    So become those that are contested, unless a reviewer has found them to be someone else's own:
    these wait for the decision between the two.
    """
    cursor = tx.conn.execute(
        """
        UPDATE rights.alias SET standing = 'owned'
        WHERE work_id = %(work)s AND folded = ANY(%(folded)s) AND (
            standing = ANY(%(among)s)
            OR standing = 'contested' AND NOT EXISTS (
                SELECT FROM rights.alias AS theirs
                JOIN rights.work ON work.id = theirs.work_id
                JOIN rights.work AS my_work ON my_work.id = %(work)s
                WHERE theirs.key = alias.key AND theirs.folded = alias.folded
                    AND theirs.standing = 'owned' AND work.account_id <> my_work.account_id))
        """,
        {"work": work_id, "folded": list(folded), "among": list(among)},
    )
    contest(tx, [work_id])
    return cursor.rowcount


def unreviewed(tx: Tx, *, limit: int) -> list[Rivals]:
    """Return contested names about which no reviewer was asked, each with the better claim."""
    cursor = tx.conn.cursor(row_factory=rows_of(Rivals))
    return cursor.execute(
        """
        SELECT DISTINCT ON (mine.work_id, mine.folded)
            work.id AS first_id, mine.work_id AS second_id, mine.folded
        FROM rights.alias AS mine
        JOIN rights.work AS my_work ON my_work.id = mine.work_id
        JOIN rights.alias AS theirs ON theirs.key = mine.key AND theirs.folded = mine.folded
            AND theirs.standing IN ('claimed', 'owned')
        JOIN rights.work ON work.id = theirs.work_id AND work.account_id <> my_work.account_id
        WHERE mine.standing = 'contested' AND NOT EXISTS (
            SELECT FROM rights.review
            WHERE kind = 'conflict' AND things @> ARRAY[work.id, mine.work_id]
                AND names @> ARRAY[mine.folded] AND review.state <> 'lapsed')
        ORDER BY mine.work_id, mine.folded, theirs.standing <> 'owned', work.registered_at, work.id
        LIMIT %s
        """,
        (limit,),
    ).fetchall()


def conflicts(
    tx: Tx, account_id: str, *, work_id: str | None, after: tuple[str, str], limit: int
) -> list[Conflict]:
    """Return names of an account's works that others claim as well, where it makes a difference.

    Args:
        tx: The transaction.
        account_id: Whose works.
        work_id: Only of this one; None: of all.
        after: The last work and name of the page before; empty: the first.
        limit: How many names.
    """
    last_id, last_shown = after
    cursor = tx.conn.cursor(row_factory=rows_of(Conflict))
    return cursor.execute(
        """
        SELECT DISTINCT ON (mine.work_id, mine.shown)
            mine.work_id, my_work.title, mine.shown, mine.standing, theirs.standing AS theirs,
            work.kind, work.ownership, work.registered_at,
            EXISTS (
                SELECT FROM rights.review
                WHERE review.kind = 'conflict' AND things @> ARRAY[work.id, mine.work_id]
                    AND names @> ARRAY[mine.folded] AND review.state IN ('opened', 'appealed')
            ) AS asked
        FROM rights.work AS my_work
        JOIN rights.alias AS mine ON mine.work_id = my_work.id
        JOIN rights.alias AS theirs ON theirs.key = mine.key AND theirs.folded = mine.folded
        JOIN rights.work ON work.id = theirs.work_id AND work.account_id <> my_work.account_id
        WHERE my_work.account_id = %(account)s
            AND (%(work)s::text IS NULL OR my_work.id = %(work)s)
            AND (mine.work_id, mine.shown) > (%(last)s, %(last_shown)s)
            AND (mine.standing IN ('contested', 'lost') OR theirs.standing = 'contested')
        ORDER BY mine.work_id, mine.shown, theirs.standing <> 'owned', work.registered_at, work.id
        LIMIT %(limit)s
        """,
        {
            "account": account_id,
            "work": work_id,
            "last": last_id,
            "last_shown": last_shown,
            "limit": limit,
        },
    ).fetchall()


def count_open_conflicts(tx: Tx) -> int:
    """Return how many conflicts wait for a first decision."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.review WHERE kind = 'conflict' AND state = 'opened'"
    ).fetchone()
    assert row is not None
    return row[0]


def names(tx: Tx, work_id: str) -> list[Name]:
    """Return the names of a work that refuse though nobody has found yet that they are its own."""
    cursor = tx.conn.cursor(row_factory=rows_of(Name))
    return cursor.execute(
        """
        SELECT alias.work_id, '' AS optout_id, work.title, alias.shown, alias.folded,
            alias.skeleton, alias.common, alias.excluded, work.ownership
        FROM rights.alias JOIN rights.work ON work.id = alias.work_id
        WHERE alias.work_id = %s AND alias.standing = 'claimed' ORDER BY alias.folded
        """,
        (work_id,),
    ).fetchall()


def standings(tx: Tx, work_ids: Sequence[str]) -> dict[str, dict[str, Standing]]:
    """Return what the names of works count for, by work and name as it is shown."""
    rows = tx.conn.execute(
        "SELECT work_id, shown, standing FROM rights.alias WHERE work_id = ANY(%s)",
        (list(work_ids),),
    )
    found: dict[str, dict[str, Standing]] = {}
    for work_id, shown, standing in rows:
        found.setdefault(work_id, {})[shown] = Standing(standing)
    return found


def put(
    tx: Tx, work_id: str, folded: Sequence[str], standing: Standing, *, among: Sequence[Standing]
) -> int:
    """Say what names of a work count for, those that stood so before; return how many."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.alias SET standing = %s
        WHERE work_id = %s AND folded = ANY(%s) AND standing = ANY(%s)
        """,
        (standing, work_id, list(folded), list(among)),
    )
    return cursor.rowcount


def insert_document(tx: Tx, work: Work, document: Document) -> bool:
    """Add a document to a work; False when it has been added before."""
    private = {
        "registry": document.registry,
        "number": document.number,
        "salt": document.salt.hex(),
    }
    place = _place(work.id, document.sha256)
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.document (work_id, sha256, sealed, added_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (work_id, sha256) DO NOTHING
        """,
        (
            work.id,
            document.sha256,
            sealing.seal(tx, private, about=[work.account_id], place=place),
            tx.now,
        ),
    )
    return cursor.rowcount == 1


def documents(tx: Tx, work: Work) -> list[Document]:
    """Return the documents of a work, in the order in which they were added."""
    rows = tx.conn.execute(
        """
        SELECT sha256, sealed, rights.keys_of(ARRAY[%s]) FROM rights.document
        WHERE work_id = %s ORDER BY id
        """,
        (work.account_id, work.id),
    ).fetchall()
    found: list[Document] = []
    for sha256, sealed, keys in rows:
        place = _place(work.id, sha256)
        private = sealing.unseal(tx, sealed, about=[work.account_id], keys=keys, place=place)
        if private is not None:
            salt = bytes.fromhex(private["salt"])
            found.append(Document(private["registry"], private["number"], sha256, salt))
    return found


def lately(tx: Tx) -> Lately:
    """Return a sample of what was asked for in the last days, by which claims are measured."""
    total, found = _recent(tx, days=radius.DAYS, limit=radius.SAMPLE_MAX)
    prompts = [generation.wanted.prompt for generation in generations.with_ids(tx, found)]
    return radius.read(prompts, total, vocabulary.load())


def brake(tx: Tx, work: Work, asked: Lately, cap: Cap) -> bool:
    """Let the names of a claim wait for a reviewer, and ask one, if it would refuse too much."""
    claimed = names(tx, work.id)
    measured = radius.of(claimed, asked, vocabulary.load())
    if not measured.exceeds(cap):
        return False
    put(tx, work.id, measured.names, Standing.WAITING, among=[Standing.CLAIMED])
    shown = [name.shown for name in claimed if name.folded in measured.names]
    would = {
        "waiting": shown,
        "would_refuse": measured.refused,
        "of_sampled": measured.sampled,
        "estimated": measured.estimated,
    }
    ask_about(tx, work, would)
    return True


def ask_about(tx: Tx, work: Work, evidence: Mapping[str, object]) -> None:
    """Ask a reviewer whether a work and its names are its claimant's, with what is known by now."""
    shown = _unlost(tx, work.id)
    known = {
        "names": sorted(shown.values()),
        "title": work.title,
        "kind": work.kind.value,
        "ownership": work.ownership.value,
        "documents": [document.shown() for document in documents(tx, work)],
    }
    opening = Opening(
        kind=Kind.CLAIM,
        things=(work.id,),
        parties=(work.account_id,),
        about=(work.account_id,),
        evidence=known | dict(evidence),
        names=tuple(sorted(shown)),
    )
    reviews.await_reviewer(tx, opening)


def _unlost(tx: Tx, work_id: str) -> dict[str, str]:
    """Return the names of a work that are not someone else's: as they are shown, by folded form."""
    rows = tx.conn.execute(
        "SELECT folded, shown FROM rights.alias WHERE work_id = %s AND standing <> 'lost'",
        (work_id,),
    )
    return dict(rows.fetchall())


def _recent(tx: Tx, *, days: int, limit: int) -> tuple[int, list[str]]:
    """Return how many requests the last days had, RECENT_MAX at most, and ids of some at random.

    Ids are random, so those that end lowest are.
    """
    rows = tx.conn.execute(
        """
        SELECT id, count(*) OVER () FROM (
            SELECT id FROM rights.generation
            WHERE requested_at > %s - make_interval(days => %s)
            ORDER BY requested_at DESC LIMIT %s
        ) AS newest
        ORDER BY right(id, 16) LIMIT %s
        """,
        (tx.now, days, RECENT_MAX, limit),
    ).fetchall()
    return (rows[0][1] if rows else 0), [row[0] for row in rows]


def _place(work_id: str, sha256: str) -> str:
    return f"document.sealed/{work_id}/{sha256}"
