"""Review: the queue, a case and its evidence, deciding it, and losing it to another reviewer."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from rightsd.db import thumbnails
from rightsd.domain.principal import Principal, Role
from rightsd.domain.rates import Sampling
from rightsd.domain.review import LEASE, Kind, Review
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal import reviews as page
from rightsd.workflows import reviews
from rightsd.workflows.generations import requests
from tests import contests, people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = f"{contests.PROMPT} <script>alert(1)</script> \u202eevil"
JPEG = b"\xff\xd8\xff\xe0 a picture"
MINE = {"finding": "refuse", "reason": "It is <b>the fox</b>."}


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def rev(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.REVIEWER, address="rev@example.org", name="Rev")


@pytest.fixture
def held(rt: Runtime) -> Review:
    """A request that waits for a reviewer."""
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        creator = people.account(tx, Role.CREATOR)
        return contests.of(tx, contests.ask(tx, creator, NASTY).id)


def principal(browser: Browser) -> Principal:
    assert browser.member is not None
    return browser.member.principal


def another(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.REVIEWER, address="two@example.org", name="Two")


def later(rt: Runtime, browser: Browser, by: timedelta) -> Browser:
    """Return the same browser at a later time of the day, over the same database."""
    app = create_app(replace(rt, clock=lambda: rt.clock() + by), looked_at_per_minute=UNPACED)
    moved = Browser(app)
    moved.member = browser.member
    moved.client.cookies = browser.client.cookies
    return moved


def test_the_queue_tells_no_words_and_a_case_all_evidence(
    rt: Runtime, rev: Browser, held: Review
) -> None:
    queue = rev.get("/reviews")
    unseen = rev.get(f"/reviews/{held.id}")

    case = rev.follow(rev.send("/reviews", f"/reviews/{held.id}/claim"))

    assert contests.PROMPT not in queue.text
    assert "work.contested@1" in queue.text
    assert unseen.status_code == 404
    assert shows(case, NASTY)
    assert "May this be made?" in case.text
    assert "Nebula Fox" in case.text
    assert "yours" in rev.get("/reviews").text
    assert "Needs you (" in rev.get("/home").text
    assert 'href="/reviews"' in rev.get("/home").text


def test_a_case_is_decided_once_and_the_next_is_taken(
    rt: Runtime, rev: Browser, held: Review
) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        second = contests.of(tx, contests.ask(tx, creator, f"{contests.PROMPT} again").id)
    case = rev.follow(rev.send("/reviews", "/reviews/next"))
    first, other = sorted([held, second], key=lambda each: (each.due_at, each.id))

    done = rev.post(f"/reviews/{first.id}/decide", MINE | {"then": "next"}, seen=case.text)
    again = rev.post(f"/reviews/{first.id}/decide", MINE | {"then": "next"}, seen=case.text)
    last = rev.follow(rev.send(f"/reviews/{other.id}", f"/reviews/{other.id}/decide", MINE))

    assert done.headers["location"] == again.headers["location"] == f"/reviews/{other.id}"
    assert "It is decided." in last.text
    conflict = re.search(r"/reviews/(rev_\w+)/claim", last.text)
    assert conflict is None
    assert "Nothing waits for a reviewer." in last.text
    decided = rev.get(f"/reviews/{first.id}")
    assert shows(decided, "It is <b>the fox</b>.")
    assert 'action="/reviews/' not in decided.text
    with rt.transaction() as tx:
        assert contests.of(tx, first.things[0]).finding == "refuse"


def test_the_second_of_two_is_told_and_loses_nothing(
    app: FastAPI, rt: Runtime, rev: Browser, held: Review
) -> None:
    two = another(app, rt)
    queue = two.get("/reviews")
    case = rev.follow(rev.send("/reviews", f"/reviews/{held.id}/claim"))

    beaten = two.post(f"/reviews/{held.id}/claim", seen=queue.text)
    listed = two.get("/reviews")
    over = LEASE + timedelta(seconds=1)
    taken = later(rt, two, over).send("/reviews", f"/reviews/{held.id}/claim")
    late = later(rt, rev, over).post(f"/reviews/{held.id}/decide", MINE, seen=case.text)
    still = later(rt, rev, over).post(f"/reviews/{held.id}/claim", MINE, seen=late.text)
    free = later(rt, rev, 2 * over)
    again = free.post(f"/reviews/{held.id}/claim", MINE, seen=still.text)
    done = free.post(f"/reviews/{held.id}/decide", MINE, seen=again.text)

    assert beaten.status_code == 409
    assert "another reviewer has this at the moment" in beaten.text
    assert "another has it" in listed.text
    assert f'action="/reviews/{held.id}/claim"' not in listed.text
    assert taken.status_code == 303
    assert late.status_code == still.status_code == 409
    assert "not yours any more" in late.text
    assert shows(late, "It is <b>the fox</b>.")
    assert contests.PROMPT not in late.text
    assert shows(still, "It is <b>the fox</b>.")
    assert again.status_code == 200
    assert shows(again, "It is <b>the fox</b>.")
    assert re.search(r'value="refuse"[^>]* checked', again.text)
    assert done.status_code == 303


def test_what_is_incomplete_comes_back_as_it_was_typed(rev: Browser, held: Review) -> None:
    path = f"/reviews/{held.id}"
    rev.send("/reviews", f"{path}/claim")

    without = rev.send(path, f"{path}/decide", {"reason": "Because <i>so</i>."})
    silent = rev.send(path, f"{path}/decide", {"finding": "allow", "reason": " "})
    wrong = rev.send(path, f"{path}/decide", {"finding": "first", "reason": "So."})

    assert [each.status_code for each in (without, silent, wrong)] == [422, 422, 422]
    assert shows(without, "Because <i>so</i>.")
    assert re.search(r'value="allow"[^>]* checked', silent.text)


def test_a_case_is_given_back_and_had_for_longer(rev: Browser, held: Review) -> None:
    path = f"/reviews/{held.id}"
    rev.send("/reviews", f"{path}/claim")

    longer = rev.post(f"{path}/claim", MINE)
    given = rev.follow(rev.post(f"{path}/release", MINE))

    assert shows(longer, "It is <b>the fox</b>.")
    assert "It is back in the queue." in given.text
    assert rev.get(path).status_code == 404
    assert rev.post(f"{path}/release").status_code == 409


def test_pictures_are_for_who_has_the_case(
    app: FastAPI, rt: Runtime, rev: Browser, held: Review
) -> None:
    with rt.transaction() as tx:
        (generation,) = [
            each.generation
            for each in [
                requests.view(tx, Principal(held.parties[0], Role.CREATOR), held.things[0])
            ]
        ]
        thumbnails.insert(tx, generation, JPEG)
    path = f"/reviews/{held.id}"
    before = rev.get(f"{path}/thumbnail")

    case = rev.follow(rev.send("/reviews", f"{path}/claim"))

    assert before.status_code == 404
    assert f'src="{path}/thumbnail"' in case.text
    assert rev.get(f"{path}/thumbnail").content == JPEG
    assert another(app, rt).get(f"{path}/thumbnail").status_code == 404
    assert rev.get(f"{path}/sent/rqr_none").status_code == 404
    assert rev.get(f"{path}/references/ref_none").status_code == 404


def test_a_sample_asks_for_the_right_and_shows_no_decision(
    app: FastAPI, rt: Runtime, rev: Browser
) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        asked = requests.request(
            tx, creator, wanted=people.wanted(), sampling=Sampling(1.0, 1.0, draw=0.0)
        )
        sample = contests.of(tx, asked.id, Kind.SAMPLE)
    path = f"/reviews/{sample.id}"

    case = rev.follow(rev.send("/reviews", f"{path}/claim"))
    without = rev.post(f"{path}/decide", MINE, seen=case.text)
    done = rev.post(f"{path}/decide", MINE | {"right": "work"}, seen=case.text)

    assert "Should this be allowed?" in case.text
    assert asked.id not in case.text
    assert without.status_code == 422
    assert done.status_code == 303


def test_claimants_are_shown_side_by_side(rt: Runtime, rev: Browser, held: Review) -> None:
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        (conflict,) = [
            each for each in reviews.queue(tx, principal(rev)) if each.kind is Kind.CONFLICT
        ]
    path = f"/reviews/{conflict.id}"

    case = rev.follow(rev.send("/reviews", f"{path}/claim"))
    done = rev.send(path, f"{path}/decide", {"finding": "second", "reason": "They were first."})

    assert "Whose name is it?" in case.text
    assert all(work in case.text for work in conflict.things)
    assert done.status_code == 303


def test_a_long_queue_has_pages(rt: Runtime, rev: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE_MAX", 2)
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        creator = people.account(tx, Role.CREATOR)
        ids = {contests.of(tx, contests.ask(tx, creator).id).id for _ in range(5)}

    path, seen = "/reviews", list[str]()
    while path:
        shown = rev.get(path).text
        seen += re.findall(r'action="/reviews/(rev_\w+)/claim"', shown)
        further = re.search(r'rel="next" href="([^"]+)"', shown)
        path = html.unescape(further[1]) if further else ""

    assert len(seen) == len(ids)
    assert set(seen) == ids
    assert rev.get("/reviews?behind=x").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.REVIEWER])
def test_cases_are_for_reviewers(app: FastAPI, rt: Runtime, held: Review, role: Role) -> None:
    browser = browser_of(app, rt, role)

    assert browser.get("/reviews").status_code == 403
    assert browser.get(f"/reviews/{held.id}").status_code == 403
    assert browser.post("/reviews/next").status_code == 403
    assert browser.post(f"/reviews/{held.id}/claim").status_code == 403
    assert browser.post(f"/reviews/{held.id}/decide", MINE).status_code == 403
