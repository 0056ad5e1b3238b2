"""What claimants are written, and that it says what it must and nothing that others wrote."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from rightsd.adapters.mail import FolderMailer
from rightsd.db import letters as outbox
from rightsd.db.tx import Tx
from rightsd.domain import regime, suspension
from rightsd.domain import statement_of_reasons as reasons
from rightsd.domain.generation import Generation
from rightsd.domain.letter import Language
from rightsd.domain.notice import COMPLETE_DAYS, Party
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind
from rightsd.runtime import Runtime
from rightsd.workflows import letters, notices
from rightsd.workflows.notices import closing, showing, suspending
from tests import people
from tests.rightsd.domain.test_regime import COUNTER

SECRET_WORDS = ("It is mine.", "Nora Noter", "The Ball", "C. Maker", "my own ball")


@pytest.fixture
def post(rt: Runtime, tmp_path: Path) -> Runtime:
    return replace(rt, mailer=FolderMailer(tmp_path / "outbox", "rightsd@example.com"))


def sent(rt: Runtime, tmp_path: Path) -> list[EmailMessage]:
    """Mail what is due, and return it."""
    before = set((tmp_path / "outbox").glob("*")) if (tmp_path / "outbox").exists() else set()
    while letters.mail_due(rt):
        pass
    new = sorted(
        set((tmp_path / "outbox").glob("*")) - before, key=lambda path: path.stat().st_mtime_ns
    )
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in new]


@pytest.mark.parametrize("language", Language)
def test_a_notice_is_answered_by_letters_all_the_way(
    post: Runtime, tmp_path: Path, language: Language
) -> None:
    with post.transaction() as tx:
        creator: Principal = people.account(tx, Role.CREATOR)
        reviewer: Principal = people.account(tx, Role.REVIEWER)
        clip: Generation = people.published(tx, creator)
        claim = people.claim(authorised=False, language=language)
        received = notices.receive(tx, generation_id=clip.id, claim=claim)
        notice = received.notice
    (receipt,) = sent(post, tmp_path)
    (lacking,) = regime.missing(notice.claim)
    with post.transaction() as tx:
        notices.complete(tx, notice.id, token=received.token, said={"authorised": True})
    (amended,) = sent(post, tmp_path)
    with post.transaction() as tx:
        upheld = notices.uphold(tx, reviewer, notice.id, reason="It shows the very ball.")
    (decided,) = sent(post, tmp_path)
    with post.transaction() as tx:
        notices.counter(tx, creator, notice.id, said=COUNTER)
    (countered,) = sent(post, tmp_path)

    assert lacking.words[language] in receipt.get_content()
    assert lacking.words[language] not in amended.get_content()
    statement = reasons.of(upheld)
    assert statement is not None
    assert statement.render(language) in decided.get_content().replace("\r\n", "\n")
    assert "It shows the very ball." in decided.get_content()
    for message in (receipt, amended, decided, countered):
        assert message["To"] == "nora@example.org"
        assert f"/notices/{notice.id}/" in message.get_content()
        assert regime.NO_ADVICE[language] in message.get_content()
        for word in SECRET_WORDS:
            assert word not in message.get_content()


@pytest.mark.parametrize(
    ("language", "word"),
    [(Language.EN, "where exactly the clip is"), (Language.JA, "映像の正確な所在")],
)
def test_whose_notice_lapsed_is_told_what_was_missing(
    post: Runtime, tmp_path: Path, language: Language, word: str
) -> None:
    with post.transaction() as tx:
        claim = people.claim(Kind.ILLEGAL, language=language)
        received = notices.receive(tx, claim=claim)
    sent(post, tmp_path)
    late = received.notice.received_at + timedelta(days=COMPLETE_DAYS, seconds=1)
    later = replace(post, clock=lambda: late)

    closing.lapse_due(later)
    (lapsed,) = sent(later, tmp_path)

    text = lapsed.get_content()
    for said in (word, str(COMPLETE_DAYS), f"/notices/{received.notice.id}/"):
        assert said in text


@pytest.mark.parametrize("language", Language)
def test_who_gave_notice_is_told_once_that_others_appeal(
    post: Runtime, tmp_path: Path, language: Language
) -> None:
    with post.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip, claim = people.published(tx, creator), people.claim(language=language)
        notice = notices.receive(tx, generation_id=clip.id, claim=claim).notice
        notices.uphold(tx, reviewer, notice.id, reason="So.")
    sent(post, tmp_path)

    with post.transaction() as tx:
        notices.appeal(tx, notice.id, actor=people.account(tx, Role.PERSON), words="A secret.")
        notices.appeal(tx, notice.id, actor=creator, words="Another secret.")
    (told,) = sent(post, tmp_path)

    text = told.get_content()
    assert f"/notices/{notice.id}/" in text
    assert "secret" not in text
    with post.transaction() as tx:
        (shown,) = showing.against_mine(tx, creator)
    assert shown.appealed_by == (Party.OTHER, Party.CREATOR)


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.EN, "nobody decided"), (Language.JA, "人による決定ではありません")],
)
def test_what_the_clock_put_back_was_decided_by_nobody_in_every_language(
    post: Runtime, tmp_path: Path, language: Language, said: str
) -> None:
    with post.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip, claim = people.published(tx, creator), people.claim(language=language)
        received = notices.receive(tx, generation_id=clip.id, claim=claim)
        notices.uphold(tx, reviewer, received.notice.id, reason="Da.")
        countered = notices.counter(tx, creator, received.notice.id, said=COUNTER)
    sent(post, tmp_path)
    day = countered.restore_at
    assert day is not None
    later = replace(post, clock=lambda: day)

    closing.restore_due(later)
    (restored,) = sent(later, tmp_path)

    text = restored.get_content()
    assert said in text
    assert ("action in court" in text) is (language is Language.EN)
    with post.transaction() as tx:
        found = showing.statements(tx, received.notice.id, token=received.token).statements
        assert [each.by_clock for each in found] == [False, True]
        assert said in found[-1].members(language)["automated_means"]


@pytest.mark.parametrize("language", Language)
def test_who_is_suspended_was_warned_and_is_told(
    post: Runtime, tmp_path: Path, language: Language
) -> None:
    claim = people.claim(language=language)
    with post.transaction() as tx:
        claimant, reviewer, other = (
            people.account(tx, role) for role in (Role.PERSON, Role.REVIEWER, Role.REVIEWER)
        )
        clips = [people.published(tx, people.account(tx, Role.CREATOR)) for _ in range(3)]
        for clip in clips:
            notice = notices.receive(tx, generation_id=clip.id, claim=claim, actor=claimant).notice
            notices.reject(tx, reviewer, notice.id, reason="Nonsense.", abusive=True)
        until = f"{tx.now + suspension.LENGTH:%Y-%m-%d}"
    first = [message.get_content() for message in sent(post, tmp_path)]
    with post.transaction() as tx:
        appealed = suspending.appeal(tx, notice.id, actor=claimant, words="A secret objection.")
        suspending.decide(tx, other, appealed.id, lift=True, reason="Found to be meant well.")
    (lifted,) = sent(post, tmp_path)

    warned = [text for text in first if "90" in text and "180" in text]
    told = [text for text in first if until in text]
    assert (len(first), len(warned), len(told)) == (7, 3, 1)
    assert "Found to be meant well." in lifted.get_content()
    assert "A secret objection." not in lifted.get_content()


def test_the_outbox_takes_a_letter_of_every_kind(tx: Tx) -> None:
    for kind in outbox.Kind:
        outbox.post(tx, "ntc_1", kind)

    assert set(letters.COMPOSERS) == set(outbox.Kind)
