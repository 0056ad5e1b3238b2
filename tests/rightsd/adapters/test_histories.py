import json

import pytest

from rightsd.adapters import histories as adapter
from rightsd.adapters.histories import Histories, HistoriesError
from rightsd.domain.replay import Happened


def test_what_happened_comes_back_thing_by_thing_in_the_order_of_bytes() -> None:
    with Histories() as histories:
        histories.add(
            [
                ("b", 0, "b.made", None, "1"),
                ("é", 1, "é.made", None, "2"),
                ("Z", 2, "Z.made", "{}", "3"),
            ]
        )
        histories.add([("b", 3, "b.ended", None, "4"), ("\U0001f600", 4, "x.made", None, "5")])
        histories.sort()

        found = list(histories.all())

    assert [subject for subject, _ in found] == ["Z", "b", "é", "\U0001f600"]
    assert found[1][1] == [Happened(0, "b.made"), Happened(3, "b.ended")]


def test_one_thing_can_be_looked_up_while_all_are_read() -> None:
    with Histories() as histories:
        histories.add(
            (f"s{number % 7}", number, "s.made", None, f"evt_{number}") for number in range(70)
        )
        histories.sort()

        for subject, happened in histories.all():
            assert histories.of(subject) == happened
            assert len(happened) == 10
        assert histories.of("nobody") == []


def test_more_than_is_believed_is_not_read_into_memory() -> None:
    with Histories() as histories:
        count = adapter.HAPPENED_MAX + 1
        histories.add(("s", number, "s.made", None, f"evt_{number}") for number in range(count))
        histories.sort()

        with pytest.raises(HistoriesError, match="about s"):
            histories.of("s")
        with pytest.raises(HistoriesError, match="about s"):
            next(histories.all())


def test_long_events_are_bounded_together() -> None:
    with Histories() as histories:
        facts = json.dumps({"x": "y" * (adapter.HAPPENED_CHARS_MAX // 10)})
        histories.add(("s", number, "s.made", facts, f"evt_{number}") for number in range(11))
        histories.sort()

        with pytest.raises(HistoriesError, match="about s"):
            histories.of("s")
