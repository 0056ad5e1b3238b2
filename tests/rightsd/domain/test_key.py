from datetime import UTC, datetime

import pytest

from rightsd.domain import key
from rightsd.domain.events import Event
from rightsd.domain.key import State
from rightsd.errors import Code, RightsError

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LATER = datetime(2026, 12, 2, tzinfo=UTC)
INTRODUCED = Event("key.introduced", "lky_1", NOW, {"number": 2, "new_vkey": "log+1+A"})
RETIRED = Event("key.retired", "lky_1", LATER, {"vkey": "log+1+A"})


def test_a_key_is_introduced_and_retired() -> None:
    introduced = key.evolve(None, INTRODUCED)
    retired = key.evolve(introduced, RETIRED)

    assert introduced == key.Key("lky_1", 2, "log+1+A", State.INTRODUCED, NOW, None)
    assert retired == key.Key("lky_1", 2, "log+1+A", State.RETIRED, NOW, LATER)


@pytest.mark.parametrize("event", [INTRODUCED, RETIRED])
def test_a_retired_key_stays_so(event: Event) -> None:
    retired = key.evolve(key.evolve(None, INTRODUCED), RETIRED)

    with pytest.raises(RightsError) as caught:
        key.evolve(retired, event)
    assert caught.value.code is Code.CONFLICT


def test_a_key_that_was_not_introduced_is_not_retired() -> None:
    with pytest.raises(RightsError):
        key.evolve(None, RETIRED)
