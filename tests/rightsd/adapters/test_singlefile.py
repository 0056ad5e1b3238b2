import threading

import pytest

from rightsd.adapters.singlefile import SingleFile

LONG = 60.0


def _queue(file: SingleFile, told: list[int], number: int) -> threading.Thread:
    """Have a thread wait for the turn, and note that it had it."""

    def work() -> None:
        with file.turn():
            told.append(number)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _waiting(file: SingleFile, count: int) -> None:
    """Return when so many wait."""
    while file.waiting < count:
        threading.Event().wait(0.001)


def test_one_at_a_time_in_the_order_in_which_they_came() -> None:
    file, told = SingleFile(LONG), list[int]()

    with file.turn():
        threads = list[threading.Thread]()
        for number in range(5):
            threads.append(_queue(file, told, number))
            _waiting(file, number + 1)
        while_taken = list(told)
    for thread in threads:
        thread.join()

    assert while_taken == []
    assert told == [0, 1, 2, 3, 4]


def test_whoever_comes_again_waits_for_those_who_wait() -> None:
    file, told = SingleFile(LONG), list[int]()

    with file.turn():
        thread = _queue(file, told, 1)
        _waiting(file, 1)
    with file.turn():
        told.append(2)
    thread.join()

    assert told == [1, 2]


def test_whoever_has_waited_long_goes_on_and_passes_nothing_on() -> None:
    file, told = SingleFile(0.01), list[int]()

    with file.turn():
        _queue(file, told, 1).join()
        _queue(file, told, 2).join()
    with file.turn():
        told.append(3)

    assert told == [1, 2, 3]


def test_the_turn_is_passed_on_when_the_work_fails() -> None:
    file, told = SingleFile(LONG), list[int]()

    with pytest.raises(ZeroDivisionError), file.turn():
        raise ZeroDivisionError
    _queue(file, told, 1).join(1)

    assert told == [1]
