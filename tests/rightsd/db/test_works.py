"""The index of names agrees with the domain, and with the slow way to look names up."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsd.db import works
from rightsd.db.tx import Tx
from rightsd.domain import matching
from rightsd.domain.naming import Tier
from rightsd.domain.principal import Role
from rightsd.domain.work import Kind
from rightsd.workflows import works as registering
from tests import people
from tests.rightsd.domain.names import near

ALPHABET = "abil1058$@ eéłбσーうおこ星ᴀ🅰"
ROLLED_BACK = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)


@ROLLED_BACK
@given(st.lists(st.text(alphabet=ALPHABET, max_size=20), min_size=1, max_size=10))
def test_postgres_makes_the_same_skeletons(tx: Tx, texts: list[str]) -> None:
    folded = [matching.fold(text) for text in texts]
    keys = [matching.key(each) for each in folded]

    rows = tx.conn.execute(
        """
        SELECT rights.skeleton(key), rights.near(rights.skeleton(key))
        FROM unnest(%s::text[]) WITH ORDINALITY AS given (key, place) ORDER BY place
        """,
        (keys,),
    ).fetchall()

    assert [row[0] for row in rows] == [matching.skeleton(each) for each in folded]
    for skeleton, kept in rows:
        assert set(kept or ()) == near(skeleton) == set(matching.near(skeleton))


def test_every_look_alike_letter_has_the_same_skeleton_in_postgres(tx: Tx) -> None:
    letters = list(matching.MORE_LOOKALIKES[0])

    rows = tx.conn.execute(
        "SELECT rights.skeleton(letter) FROM unnest(%s::text[]) AS letter", (letters,)
    ).fetchall()

    assert [row[0] for row in rows] == [matching.skeleton(letter) for letter in letters]


@ROLLED_BACK
@given(
    st.lists(
        st.text(alphabet="ab星", min_size=3, max_size=8), min_size=1, max_size=12, unique=True
    ),
    st.dictionaries(st.text(alphabet="ab星", max_size=12), st.integers(1, 4), max_size=6),
)
def test_what_begins_a_text_is_what_the_slow_way_finds(
    tx: Tx, names: list[str], texts: dict[str, int]
) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    with tx.conn.transaction(force_rollback=True):
        people.optout(tx, brand, people.work(tx, brand, names[0], *names[1:]))

        found = {name.folded for _, name in works.opted_out_names(tx, texts, [])}

        assert found == {
            name
            for name in names
            for skeleton in [matching.skeleton(name)]
            if any(
                text.startswith(skeleton) and len(skeleton) >= least
                for text, least in texts.items()
            )
        }


def test_a_misspelt_name_is_found_with_its_tier(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    people.optout(tx, brand, people.work(tx, brand, "Vexwing"))

    named = works.named_in(tx, "a statue of Vexwnig")

    assert [(each.found, each.start, each.tier) for each in named] == [
        ("Vexwnig", 12, Tier.MISSPELT)
    ]


def test_a_name_counts_from_the_opt_out_to_its_end(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand, "Vexwing")

    assert works.named_in(tx, "Vexwing") == []
    people.optout(tx, brand, work)
    assert works.named_in(tx, "Vexwing") != []


def test_a_name_that_older_code_wrote_is_found(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand, "Something Else")
    people.optout(tx, brand, work)
    folded = matching.fold("Grumblefin")

    tx.conn.execute(
        "INSERT INTO rights.alias (work_id, shown, folded, key) VALUES (%s, %s, %s, %s)",
        (work.id, "Grumblefin", folded, matching.key(folded)),
    )

    for prompt in ("a grumblefin", "a gr-umb1e-fin", "a grumblfin"):
        assert works.named_in(tx, prompt), prompt


def test_a_name_of_thousands_of_works_is_compared_for_a_few_and_found(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    letters = "achdejfkmonpursvtwxqyzba"
    titles = [f"Vexwing {letters[place : place + 3]}" for place in range(len(letters) - 3)]
    for title in titles:
        people.optout(tx, brand, people.work(tx, brand, title, "Vexhouse"))

    assert len(works.named_in(tx, "a Vexhouse logo")) == works.SHARED_MAX < len(titles)
    assert [found.title for found in works.named_in(tx, f"draw {titles[-1]}")] == [titles[-1]]


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("a robot reads the news in the voice of Zara Quill", 1),
        ("narrated by zara quill, slow zoom", 1),
        ("a storm, spoken in Summer's voice", 1),
        ("a summer storm, spoken in a low voice", 0),
    ],
)
def test_a_voice_is_found_by_the_names_it_goes_by(tx: Tx, prompt: str, named: int) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    for title in ("Zara Quill", "Summer"):
        voice = registering.register(tx, brand, kind=Kind.VOICE, title=title, aliases=())
        people.optout(tx, brand, voice)

    assert len(works.named_in(tx, prompt)) == named
