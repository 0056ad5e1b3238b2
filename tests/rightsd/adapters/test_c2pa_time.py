"""When it was signed, and whom we trusted then."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.c2pa_credential import (
    REVOKED,
    Credential,
    State,
    TimeStamp,
    with_revocation,
)
from rightsd.domain.trust import Anchors, Snapshot, Stamping
from rightsd.errors import Code, RightsError
from tests.fakes import tsa
from tests.rightsd.adapters.credentialed import NOW, OURS, STRANGER, Signer, sign

CLOCK = tsa.create()
EVERYONE = Anchors(OURS.root_pem, CLOCK.root_pem)
DAY = timedelta(days=1)
SOON = timedelta(minutes=2)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with tsa.serving(CLOCK) as url:
        yield url


@pytest.fixture
def clock() -> Iterator[tsa.Authority]:
    """The authority, put right again afterwards."""
    yield CLOCK
    CLOCK.at, CLOCK.answer, CLOCK.status = None, None, 200


@pytest.fixture(scope="module")
def stamped(plain: Path, url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What we signed, with a time-stamp."""
    path = tmp_path_factory.mktemp("stamped") / "stamped.mp4"
    sign(signing(url), plain, path)
    return path


@pytest.fixture(scope="module")
def unstamped(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unstamped") / "unstamped.mp4"
    sign(OURS.credentials(), plain, path)
    return path


@pytest.fixture
def reading() -> Iterator[Callable[..., Credential]]:
    """Reads a file as someone who trusts `now`, and trusted others from some times on."""
    opened: list[ContentCredentials] = []

    def read(path: Path, now: Anchors, *before: tuple[datetime, Anchors]) -> Credential:
        credentials = OURS.credentials(anchors=now)
        opened.append(credentials)
        credentials.remember([Snapshot(since, anchors) for since, anchors in before])
        return credentials.read(path)

    yield read
    for credentials in opened:
        credentials.close()


def signing(url: str, by: Signer = OURS, **others: Any) -> ContentCredentials:
    return by.credentials(
        **{"anchors": EVERYONE, "tsa_url": url, "stamping": Stamping.REQUIRED} | others
    )


def test_a_time_stamp_says_when_it_was_signed(
    plain: Path, url: str, tmp_path: Path, reading: Callable[..., Credential]
) -> None:
    before = datetime.now(UTC)  # NOW is when the tests were collected, which may be long ago.
    signed = sign(signing(url), plain, tmp_path / "a.mp4")

    credential = reading(tmp_path / "a.mp4", EVERYONE)

    assert credential.time_stamp == signed.time_stamp
    assert signed.time_stamp is not None
    assert abs(signed.time_stamp.at - before) < SOON * 5
    assert signed.time_stamp.trusted
    assert credential.serial == signed.certificate.serial
    assert credential.trusted_now


@pytest.mark.parametrize(
    "anchors", [Anchors(OURS.root_pem), Anchors(OURS.root_pem + CLOCK.root_pem)]
)
def test_who_vouches_for_signers_does_not_vouch_for_the_time(
    stamped: Path, reading: Callable[..., Credential], anchors: Anchors
) -> None:
    credential = reading(stamped, anchors)

    assert credential.state is State.TRUSTED
    assert credential.time_stamp is not None
    assert not credential.time_stamp.trusted


def test_an_authority_that_is_called_like_a_list_is_on_none(
    plain: Path, tmp_path: Path, reading: Callable[..., Credential]
) -> None:
    posing = tsa.create("trust list: urn:rightsd:time-stamps, of")
    for_claims = Anchors(OURS.root_pem + posing.root_pem)
    with tsa.serving(posing) as url:
        sign(
            signing(url, anchors=for_claims, stamping=Stamping.PREFERRED), plain, tmp_path / "a.mp4"
        )

    credential = reading(tmp_path / "a.mp4", for_claims)

    assert credential.time_stamp is not None
    assert not credential.time_stamp.trusted


def test_who_vouches_for_both_vouches_for_both_every_time(stamped: Path) -> None:
    everything = OURS.root_pem + CLOCK.root_pem
    with contextlib.closing(OURS.credentials(anchors=Anchors(everything, everything))) as reader:
        # The library looks through its lists in an order that is another for each file.
        found = {
            (read.state, read.trusted_now, read.time_stamp is not None and read.time_stamp.trusted)
            for read in (reader.read(stamped) for _ in range(24))
        }

    assert found == {(State.TRUSTED, True, True)}


def test_who_vouches_for_the_time_does_not_vouch_for_signers(
    stamped: Path, reading: Callable[..., Credential]
) -> None:
    credential = reading(stamped, Anchors(STRANGER.root_pem, CLOCK.root_pem + OURS.root_pem))

    assert (credential.state, credential.trusted_now) == (State.VALID, False)


@pytest.mark.parametrize(
    ("status", "answer"), [(500, b""), (404, b"no such page"), (200, b"nonsense"), (200, b"")]
)
def test_what_should_be_stamped_is_signed_without_when_there_is_no_stamp(
    plain: Path, url: str, tmp_path: Path, clock: tsa.Authority, status: int, answer: bytes
) -> None:
    clock.status, clock.answer = status, answer

    signed = sign(signing(url, stamping=Stamping.PREFERRED), plain, tmp_path / "a.mp4")

    assert signed.time_stamp is None
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_stamp_of_another_year_is_done_without_where_none_is_needed(
    plain: Path, url: str, tmp_path: Path, clock: tsa.Authority
) -> None:
    clock.at = NOW + 400 * DAY

    signed = sign(signing(url, stamping=Stamping.PREFERRED), plain, tmp_path / "a.mp4")

    assert signed.time_stamp is None


@pytest.mark.parametrize(("status", "answer"), [(500, b""), (200, b"nonsense")])
def test_what_must_be_stamped_is_not_signed_without(
    plain: Path, url: str, tmp_path: Path, clock: tsa.Authority, status: int, answer: bytes
) -> None:
    clock.status, clock.answer = status, answer

    with pytest.raises(RightsError, match="time-stamp") as caught:
        sign(signing(url), plain, tmp_path / "a.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert list(tmp_path.iterdir()) == []


def test_what_must_be_stamped_is_not_signed_when_nobody_vouches_for_the_stamp(
    plain: Path, url: str, tmp_path: Path
) -> None:
    with pytest.raises(RightsError, match="nobody whom we trust"):
        sign(signing(url, anchors=Anchors(OURS.root_pem)), plain, tmp_path / "a.mp4")

    assert list(tmp_path.iterdir()) == []


def test_nobody_is_asked_when_there_is_to_be_no_stamp(
    plain: Path, url: str, tmp_path: Path, clock: tsa.Authority
) -> None:
    before = clock.asked

    signed = sign(signing(url, stamping=Stamping.NONE), plain, tmp_path / "a.mp4")

    assert (signed.time_stamp, clock.asked) == (None, before)


@pytest.mark.parametrize("at", [NOW - 30 * DAY, NOW + 400 * DAY])
def test_a_certificate_has_to_be_good_at_the_time_of_the_stamp(
    plain: Path, url: str, tmp_path: Path, clock: tsa.Authority, at: datetime
) -> None:
    clock.at = at

    with pytest.raises(RightsError, match="was not signed"):
        sign(signing(url), plain, tmp_path / "a.mp4")


def test_trusted_then_and_no_longer(stamped: Path, reading: Callable[..., Credential]) -> None:
    now = Anchors(STRANGER.root_pem, CLOCK.root_pem)

    credential = reading(stamped, now, (NOW - DAY, EVERYONE), (NOW + DAY, now))

    assert (credential.state, credential.trusted_now) == (State.VALID, False)
    assert credential.trusted_then is True
    assert credential.claim_signature_ours
    assert credential.rights is not None
    assert credential.vouched


def test_trusted_now_and_not_yet_then(stamped: Path, reading: Callable[..., Credential]) -> None:
    then = Anchors(STRANGER.root_pem, CLOCK.root_pem)

    credential = reading(stamped, EVERYONE, (NOW - DAY, then), (NOW + DAY, EVERYONE))

    assert (credential.state, credential.trusted_now) == (State.TRUSTED, True)
    assert credential.trusted_then is False


def test_trusted_now_as_then(stamped: Path, reading: Callable[..., Credential]) -> None:
    credential = reading(stamped, EVERYONE, (NOW - DAY, EVERYONE))

    assert (credential.trusted_now, credential.trusted_then) == (True, True)


def test_then_is_not_known_before_we_kept_track(
    stamped: Path, reading: Callable[..., Credential]
) -> None:
    assert reading(stamped, EVERYONE, (NOW + DAY, EVERYONE)).trusted_then is None


def test_then_is_not_known_without_a_stamp(
    unstamped: Path, reading: Callable[..., Credential]
) -> None:
    assert reading(unstamped, EVERYONE, (NOW - DAY, EVERYONE)).trusted_then is None


def test_who_is_no_longer_trusted_to_tell_the_time_is_not_believed(
    stamped: Path, reading: Callable[..., Credential]
) -> None:
    now = Anchors(STRANGER.root_pem)

    credential = reading(stamped, now, (NOW - DAY, EVERYONE), (NOW + DAY, now))

    assert credential.trusted_then is None
    assert not credential.vouched


def test_a_changed_file_was_not_whole_then_either(
    stamped: Path, tmp_path: Path, reading: Callable[..., Credential]
) -> None:
    content = bytearray(stamped.read_bytes())
    content[-1] ^= 1
    (tmp_path / "a.mp4").write_bytes(content)
    now = Anchors(STRANGER.root_pem, CLOCK.root_pem)

    credential = reading(tmp_path / "a.mp4", now, (NOW - DAY, EVERYONE), (NOW + DAY, now))

    assert credential.state is State.INVALID
    assert credential.trusted_then is True
    assert not credential.vouched


def test_what_was_signed_before_a_revocation_stays_good(
    stamped: Path, reading: Callable[..., Credential]
) -> None:
    read = reading(stamped, EVERYONE, (NOW - DAY, EVERYONE))

    credential = with_revocation(read, NOW + DAY)

    assert credential.vouched
    assert credential.claim_signature_ours
    assert (credential.trusted_now, credential.trusted_then) == (False, True)


def test_what_was_signed_after_a_revocation_is_nobodys(
    stamped: Path, reading: Callable[..., Credential]
) -> None:
    read = reading(stamped, EVERYONE, (NOW - DAY, EVERYONE))

    credential = with_revocation(read, NOW - DAY)

    assert credential.state is State.INVALID
    assert credential.failures == (REVOKED,)
    assert (credential.trusted_now, credential.trusted_then) == (False, False)
    assert not credential.claim_signature_ours
    assert credential.rights is None
    assert not credential.vouched


@pytest.mark.parametrize(
    "stamp",
    [
        None,
        TimeStamp(NOW - DAY, trusted=False),
        TimeStamp(NOW - timedelta(milliseconds=999), trusted=True),
    ],
)
def test_what_nobody_dates_may_have_been_signed_after_a_revocation(
    stamp: TimeStamp | None,
) -> None:
    read = Credential(State.TRUSTED, time_stamp=stamp, trusted_now=True, claim_signature_ours=True)

    credential = with_revocation(read, NOW)

    assert (credential.state, credential.claim_signature_ours) == (State.INVALID, False)


def test_a_certificate_that_is_not_revoked_changes_nothing(
    stamped: Path, reading: Callable[..., Credential]
) -> None:
    read = reading(stamped, EVERYONE)

    assert with_revocation(read, None) == read
