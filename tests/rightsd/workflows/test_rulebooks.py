"""Rules that are tried out: beside the live ones, and over past requests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import rulebook
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Role
from rightsd.domain.rulebook import Book, books
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import allowances, rulebooks, subjects
from rightsd.workflows.generations import requests
from rightsd.workflows.rulebooks import Replayed
from tests import people

CLOWNS = """
[words.clown]
find = "clown, 道化師"

[[rule]]
id = "mood.clowns"
version = 1
since = "4"
effect = "refuse"
text.en = "No clowns."
text.ja = "道化師は出せません。"
find = [{ all = ["clown"] }]
examples.refused = ["a clown", "道化師"]
examples.allowed = ["a fool", "愚か者"]

[effects.US]
"mood.clowns@1" = "none"
"""


def clowns() -> Book:
    return books.candidate(rulebook.CURRENT, CLOWNS)


def run(rt: Runtime, candidate: Book, limit: int = 1000) -> list[Replayed]:
    told: list[tuple[int, int]] = []
    found = rulebooks.backtest(
        rt, candidate, since=None, limit=limit, progress=lambda *done: told.append(done)
    )
    replayed = list(found)
    assert told[-1] == (len(replayed), len(replayed))
    return replayed


def ask(rt: Runtime, *prompts: str) -> list[str]:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        return [
            requests.request(tx, creator, wanted=people.wanted(prompt)).id for prompt in prompts
        ]


def test_a_shadow_is_counted_and_never_applied(tx: Tx) -> None:
    assert rulebook.SHADOW is not None
    creator, admin = people.account(tx, Role.CREATOR), people.account(tx, Role.ADMIN)

    young = requests.request(tx, creator, wanted=people.wanted("a 19 year old drinks beer"))
    ball = requests.request(tx, creator, wanted=people.wanted("a red ball"))
    gore = requests.request(tx, creator, wanted=people.wanted("a severed head on a table"))

    outcomes = [each.decision.outcome for each in (young, ball, gore)]
    assert outcomes == [Outcome.ALLOW, Outcome.ALLOW, Outcome.HOLD]
    counts = {
        (each.live, each.outcome): (each.rules, each.requests)
        for each in rulebooks.shadow_counts(tx, admin)
        if each.rulebook == rulebook.SHADOW.version
    }
    assert counts == {
        (Outcome.ALLOW, Outcome.HOLD): (["drugs.young_adults@1"], 1),
        (Outcome.ALLOW, Outcome.ALLOW): ([], 1),
        (Outcome.HOLD, Outcome.HOLD): (["violence.graphic@1"], 1),
    }


def test_a_backtest_names_what_would_flip_and_why(rt: Runtime) -> None:
    ball, clown, gore = ask(rt, "a red ball", "a sad clown", "a clown, torture")

    replayed = {each.generation_id: each for each in run(rt, clowns())}

    assert {name for name, each in replayed.items() if each.flips} == {clown, gore}
    judged = replayed[clown].candidate
    assert judged is not None
    assert (replayed[clown].recorded, judged.outcome) == (Outcome.ALLOW, Outcome.REFUSE)
    assert [(reason.key, reason.evidence["found"]) for reason in judged.reasons] == [
        ("mood.clowns@1", "clown")
    ]
    assert replayed[ball].recorded is Outcome.ALLOW


def test_a_backtest_changes_nothing(rt: Runtime) -> None:
    (clown,) = ask(rt, "a sad clown")
    with rt.transaction() as tx:
        before = tx.conn.execute("SELECT * FROM rights.generation").fetchall()

    run(rt, clowns())

    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT * FROM rights.generation").fetchall() == before
        assert clown == before[0][0]


def test_what_is_decided_by_facts_stays_as_it_was(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        people.refused(tx, creator)
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        people.optout(tx, brand, people.work(tx, brand, "Nebula Fox"))
        wanted = people.wanted("nebula fox as a clown")
        requests.request(tx, creator, wanted=wanted)

    replayed = run(rt, clowns())

    assert [each.recorded for each in replayed] == [Outcome.REFUSE] * 2
    assert not any(each.flips for each in replayed)


def test_the_bank_as_it_is_now_counts(rt: Runtime) -> None:
    ask(rt, "gore magala roars")
    with rt.transaction() as tx:
        allowances.add(
            tx,
            people.account(tx, Role.REVIEWER),
            rule="violence.graphic",
            phrase="gore magala",
            reason="a monster of a game",
        )

    (replayed,) = run(rt, clowns())

    assert replayed.recorded is Outcome.HOLD
    assert replayed.live is not None
    assert replayed.live.outcome is Outcome.ALLOW


def test_what_was_erased_is_not_judged(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        requests.request(tx, creator, wanted=people.wanted("@ada as a clown"))
        subjects.unenrol(tx, person, ada.id)
    subjects.erase_leaving(rt)

    (replayed,) = run(rt, clowns())

    assert replayed.live is None
    assert not replayed.flips


def test_the_newest_come_first_and_no_more_than_asked_for(rt: Runtime) -> None:
    first = ask(rt, *["a red ball"] * 3)
    second = ask(rt, "a sad clown")

    replayed = run(rt, clowns(), limit=2)

    assert replayed[0].generation_id == second[0]
    assert replayed[1].generation_id in first


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("[[rule]]\nid = ", "Invalid value"),
        ('[[rule]]\nid = "a.b"\n', "a rule lacks"),
        (CLOWNS.replace("clown, 道", "道").replace('all = ["clown"]', 'all = ["x"]'), "called x"),
        (CLOWNS.replace("mood.clowns", "drugs.use"), "raise its version"),
        (CLOWNS.replace("effects.US", "effects.XX"), "no pack XX"),
        (CLOWNS.replace("[words.clown]", "[words.minor]"), "two lists"),
    ],
)
def test_a_candidate_that_cannot_be_is_refused(text: str, detail: str) -> None:
    with pytest.raises(ValueError, match=detail):
        books.candidate(rulebook.CURRENT, text)


def backtest(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": settings.database_url or "",
        "RIGHTSD_BLOBS_URL": settings.blobs_url or "",
    }
    return subprocess.run(
        [sys.executable, "-m", "rightsd", "rulebook", "backtest", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_the_command_lists_what_would_flip(rt: Runtime, settings: Settings, tmp_path: Path) -> None:
    ball, clown = ask(rt, "a red ball", "a sad clown [bold]")
    rules = tmp_path / "clowns.toml"
    rules.write_text(CLOWNS)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(CLOWNS.replace('"a fool"', '"a clown"'))

    done = backtest(settings, "--rules", str(rules))
    refused = backtest(settings, "--rules", str(wrong))

    assert f"{clown}: allow → refuse: mood.clowns@1 “clown”: No clowns" in done.stdout
    assert ball not in done.stdout
    assert "1 of 2 requests would be decided otherwise" in done.stdout
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "“a clown” should be allow" in refused.stderr
