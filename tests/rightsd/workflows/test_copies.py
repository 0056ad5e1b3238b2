"""Where copies went: noted by platforms, told of first, and gone when they say so."""

from datetime import timedelta

import pytest

from rightsd.db import deliveries as rows
from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain.copy import URL_LENGTH_MAX, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import closures, copies
from rightsd.workflows.copies import Noted
from tests import acknowledging, people, telling
from tests.acknowledging import OTHER_KEY, Platform

URL = "https://clips.example/@grace_hopper/7"


@pytest.fixture
def platform(tx: Tx) -> Platform:
    return acknowledging.register(tx)


@pytest.fixture
def output(tx: Tx) -> str:
    return people.published(tx, people.account(tx, Role.CREATOR)).id


def note(tx: Tx, platform: Platform, output: str | None, url: str = URL, **said: object) -> Noted:
    values = {"generation_id": output, "sha256": None, "url": url, "published_at": tx.now} | said
    return copies.note(tx, platform.actor, **values)  # type: ignore[arg-type]


def test_a_copy_is_on_record_without_its_url(tx: Tx, platform: Platform, output: str) -> None:
    noted = note(tx, platform, output)

    event = tx.events[-1]
    assert (event.kind, event.subject) == ("copy.noted", noted.copy.id)
    assert set(event.data) == {"platform_id", "generation_id", "url"}
    row = tx.conn.execute("SELECT to_jsonb(copy)::text FROM rights.copy").fetchone()
    assert row is not None
    assert "grace" not in row[0]
    assert "grace" not in str(event.data)
    (shown,) = copies.page(tx, platform.actor, generation_id=None, after=None)
    assert shown.url == URL


def test_the_same_once_more_changes_nothing(tx: Tx, platform: Platform, output: str) -> None:
    first = note(tx, platform, output)
    recorded = len(tx.events)

    second = note(tx, platform, output)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.copy == first.copy
    assert len(tx.events) == recorded


def test_an_output_is_named_by_its_file_as_well(tx: Tx, platform: Platform, output: str) -> None:
    noted = note(tx, platform, None, sha256="0" * 64)

    found = generations.find(tx, noted.copy.generation_id)
    assert found is not None
    assert found.output is not None
    assert found.output.sha256 == "0" * 64


def test_who_notes_a_copy_of_what_is_withdrawn_learns_it_at_once(
    tx: Tx, platform: Platform, output: str
) -> None:
    before = note(tx, platform, output)
    people.withdrawn(tx, output, {"because_of": "con_1"})

    after = note(tx, platform, output, f"{URL}/2")

    assert (before.is_withdrawn, after.is_withdrawn) == (False, True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/1",
        "//a.example/1",
        "https://user:word@a.example/",
        "https:///1",
        "https://a.example/ 1",
        "https://a.example/\n",
        "https://a.example/é",
        "javascript:alert(1)",
        "https://a.example/" + "a" * URL_LENGTH_MAX,
    ],
)
def test_what_is_no_address_of_the_web_is_refused(
    tx: Tx, platform: Platform, output: str, url: str
) -> None:
    with pytest.raises(RightsError) as caught:
        note(tx, platform, output, url)

    assert caught.value.code is Code.INVALID


def test_what_lies_ahead_or_was_never_out_is_refused(
    tx: Tx, platform: Platform, output: str
) -> None:
    refused = people.refused(tx, people.account(tx, Role.CREATOR)).id

    with pytest.raises(RightsError) as ahead:
        note(tx, platform, output, published_at=tx.now + timedelta(minutes=6))
    with pytest.raises(RightsError) as never_out:
        note(tx, platform, refused)
    with pytest.raises(RightsError) as unknown:
        note(tx, platform, None, sha256="f" * 64)

    assert ahead.value.code is Code.INVALID
    assert never_out.value.code is unknown.value.code is Code.NOT_FOUND


def test_a_url_shows_one_output_at_a_time(tx: Tx, platform: Platform, output: str) -> None:
    other = people.published(tx, people.account(tx, Role.CREATOR)).id
    first = note(tx, platform, output)

    with pytest.raises(RightsError) as caught:
        note(tx, platform, other)
    copies.remove(tx, platform.actor, first.copy.id)
    second = note(tx, platform, other)

    assert caught.value.code is Code.CONFLICT
    assert second.is_new


def test_copies_of_one_output_have_a_limit(
    tx: Tx, platform: Platform, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "COPIES_MAX", 2)
    for number in range(2):
        note(tx, platform, output, f"{URL}/{number}")

    with pytest.raises(RightsError) as caught:
        note(tx, platform, output, f"{URL}/2")

    assert caught.value.code is Code.TOO_MANY
    assert not note(tx, platform, output, f"{URL}/1").is_new


def test_a_copy_is_removed_once(tx: Tx, platform: Platform, output: str) -> None:
    noted = note(tx, platform, output)

    removed = copies.remove(tx, platform.actor, noted.copy.id)
    with pytest.raises(RightsError) as caught:
        copies.remove(tx, platform.actor, noted.copy.id)

    assert (removed.state, removed.acknowledgement_id) == (State.REMOVED, None)
    assert tx.events[-1].kind == "copy.removed"
    assert caught.value.code is Code.CONFLICT


def test_a_platform_sees_and_removes_its_own_and_reviewers_see_all(
    tx: Tx, platform: Platform, output: str
) -> None:
    other = acknowledging.register(tx, OTHER_KEY)
    mine, theirs = note(tx, platform, output), note(tx, other, output)

    with pytest.raises(RightsError) as caught:
        copies.remove(tx, platform.actor, theirs.copy.id)

    def seen(actor: Principal, after: str | None = None) -> set[str]:
        return {one.id for one in copies.page(tx, actor, generation_id=output, after=after)}

    assert caught.value.code is Code.NOT_FOUND
    assert seen(platform.actor) == {mine.copy.id}
    reviewer = Principal("acc_reviewer", Role.REVIEWER)
    both = sorted([mine.copy.id, theirs.copy.id])
    assert seen(reviewer) == set(both)
    assert seen(reviewer, both[0]) == {both[1]}


def test_an_account_without_a_platform_is_told_so(tx: Tx, output: str) -> None:
    actor = people.account(tx, Role.PLATFORM)

    with pytest.raises(RightsError) as caught:
        copies.note(tx, actor, generation_id=output, sha256=None, url=URL, published_at=tx.now)

    assert caught.value.code is Code.CONFLICT


def test_the_preview_of_a_revocation_counts_copies(
    tx: Tx, platform: Platform, person: Principal, ada: Subject, creator: Principal
) -> None:
    people.consent(tx, person, ada, creator)
    clip = people.published(tx, creator, "@ada waves in a park")
    here = note(tx, platform, clip.id).copy
    gone = note(tx, platform, clip.id, "https://clips.example/8").copy
    copies.remove(tx, platform.actor, gone.id)

    closure = closures.preview(
        tx, person, of=Target(Scope.SUBJECT, subject_id=ada.id), mode=Mode.REVOKE
    )

    assert (closure.copies.count, closure.copies.first) == (1, (here.id,))


def test_who_has_a_copy_is_told_first_and_of_that_first(rt: Runtime) -> None:
    with rt.transaction() as tx:
        without, having = (acknowledging.register(tx, key) for key in (None, None))
        creator = people.account(tx, Role.CREATOR)
        first, second = (people.published(tx, creator).id for _ in range(2))
        note(tx, having, second)
    telling.withdraw(rt, first, second)
    telling.fan_out(rt)

    with rt.transaction() as tx:
        lines = sorted([without.id, having.id])
        leased = rows.take(tx, lines, leased_until=tx.now, limit=1)

    assert [(one.platform_id, one.generation_id) for one in leased] == [(having.id, second)]
