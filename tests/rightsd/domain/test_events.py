"""Events are read in the one form in which they are written."""

from datetime import UTC, datetime

import pytest

from rightsd.domain.events import Event, from_body

EVENT = Event(
    "consent.granted", "con_1", datetime(2030, 1, 2, 3, 4, 5, 60, UTC), {"a": [1]}, "evt_1"
)


def test_what_was_written_is_read() -> None:
    assert from_body(EVENT.body()) == EVENT
    assert EVENT.body()["at"] == "2030-01-02T03:04:05.000060Z"


@pytest.mark.parametrize(
    "at",
    [
        "2030-01-02T03:04:05Z",
        "2030-01-02T03:04:05.6Z",
        "2030-01-02T03:04:05.000060",
        "2030-01-02T03:04:05.000060+00:00",
        "2030-01-02T03:04:05.000060z",
        "2030-01-02 03:04:05.000060Z",
        "2030-01-02T03:04:05,000060Z",
        "2030-01-02T24:00:00.000000Z",
        "2030-02-30T03:04:05.000060Z",
        "2030-01-02T03:04:60.000000Z",
        "20300102T030405.000060Z",
        "2030-01-02T03:04:05.00006\u0660Z",
        "2030-01-02T03:04:05.000060Z\n",
        " 2030-01-02T03:04:05.000060Z",
        "0000-01-02T03:04:05.000060Z",
        1,
        None,
    ],
)
def test_a_time_in_any_other_spelling_is_refused(at: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for people
        from_body(EVENT.body() | {"at": at})


@pytest.mark.parametrize(
    "change", [{"id": 1}, {"kind": None}, {"subject": []}, {"data": []}, {"more": 1}]
)
def test_other_members_are_refused(change: dict) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for people
        from_body(EVENT.body() | change)


def test_a_missing_member_is_refused() -> None:
    body = EVENT.body()
    del body["data"]

    with pytest.raises(ValueError, match="members"):
        from_body(body)
