"""What a preflight answers: the gate's decision, until when it is good, and a signed receipt."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger import entry
from rightsd.domain import proof
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.workflows import proofs
from rightsd.workflows.proofs import Given
from tests.rightsd.web.conftest import Clients

WISH = {
    "prompt": "friends smoke weed on a roof",
    "cameos": ["@Stranger9"],
    "territories": ["us", "JP"],
}


def preflight(clients: Clients) -> tuple[dict, bytes]:
    creator = clients(Role.CREATOR)
    answer = creator.post("/v1/generations/preflight", json=WISH)
    assert answer.status_code == 200, answer.text
    return answer.json(), creator.get("/.well-known/jwks.json").content


def check(answer: dict, keys: bytes, now: datetime) -> proofs.Checked:
    return proofs.check(answer["receipt"], Given(key_set=keys), fetch=None, now=now)


def test_the_receipt_says_what_the_answer_says_and_what_was_asked(everyone: Clients) -> None:
    answer, keys = preflight(everyone)

    claims = check(answer, keys, datetime.now(UTC)).claims

    assert claims["outcome"] == answer["outcome"] == "refuse"
    assert [(each["rule"], each["version"]) for each in claims["reasons"]] == [
        ("cameo.unknown", 1),
        ("drugs.cannabis", 1),
    ]
    assert claims["reasons"] == answer["reasons"]
    asked = {
        "prompt": "friends smoke weed on a roof",
        "cameos": ["stranger9"],
        "purpose": "personal",
        "territories": ["JP", "US"],
        "platforms": [],
        "languages": [],
    }
    opened = entry.commit(bytes.fromhex(answer["commitment_salt"]), entry.encode(asked))
    assert claims["request"] == opened.hex()
    assert "weed on a roof" not in str({**claims, "reasons": []})


def test_the_answer_is_good_for_some_minutes_and_so_is_its_receipt(everyone: Clients) -> None:
    answer, keys = preflight(everyone)

    expires_at = datetime.fromisoformat(answer["expires_at"])
    checked = check(answer, keys, datetime.now(UTC))

    left = expires_at - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= proof.PREFLIGHT_LIFETIME
    assert checked.expires_at == expires_at.replace(microsecond=0)
    with pytest.raises(RightsError) as caught:
        check(answer, keys, expires_at + timedelta(seconds=1))
    assert caught.value.code is Code.INVALID


def test_asking_leaves_nothing_behind(everyone: Clients) -> None:
    before = everyone(Role.CREATOR).get("/v1/generations").json()

    first, _ = preflight(everyone)
    second, _ = preflight(everyone)

    assert everyone(Role.CREATOR).get("/v1/generations").json() == before
    assert first["commitment_salt"] != second["commitment_salt"]
