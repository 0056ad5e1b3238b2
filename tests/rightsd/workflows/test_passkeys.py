"""Signing in by passkey, with a device in software."""

import base64
import json
from dataclasses import replace

import cbor2
import pytest

from rightsd.db.tx import Tx
from rightsd.domain import passkey as domain
from rightsd.domain.member import Member
from rightsd.domain.passkey import Party, party
from rightsd.errors import Code, RightsError
from rightsd.workflows import members, passkeys
from tests.authenticator import Authenticator
from tests.members import BROWSER, member

HERE = Party("rights.example", "https://rights.example", "Op")


def device(tx: Tx, owner: Member, name: str = "phone") -> Authenticator:
    made = Authenticator(HERE.origin)
    answer = made.register(passkeys.offer(tx, owner, HERE, asker=BROWSER))
    passkeys.add(tx, owner, HERE, asker=BROWSER, answer=answer, name=name)
    return made


def sign_in(tx: Tx, by: Authenticator) -> Member:
    answer = by.sign_in(passkeys.ask(tx, HERE, asker=BROWSER))
    return passkeys.use(tx, HERE, asker=BROWSER, answer=answer)


def refused(tx: Tx, answer: str, asker: bytes = BROWSER) -> bool:
    with pytest.raises(RightsError) as caught:
        passkeys.use(tx, HERE, asker=asker, answer=answer)
    return caught.value.code is Code.INVALID


def test_a_passkey_signs_its_owner_in(tx: Tx) -> None:
    ada = member(tx)
    phone, laptop = device(tx, ada), device(tx, ada, "laptop")

    assert sign_in(tx, phone) == ada
    assert sign_in(tx, laptop) == ada
    assert {each.name for each in passkeys.mine(tx, ada)} == {"phone", "laptop"}
    assert [each.used_at for each in passkeys.mine(tx, ada)] == [tx.now, tx.now]


def test_an_answer_is_taken_once_and_from_its_browser(tx: Tx) -> None:
    phone = device(tx, member(tx))
    answer = phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER))

    assert refused(tx, answer, b"another browser")
    assert passkeys.use(tx, HERE, asker=BROWSER, answer=answer)
    assert refused(tx, answer)


def test_an_answer_comes_in_time(tx: Tx) -> None:
    phone = device(tx, member(tx))
    answer = phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER))

    assert refused(replace(tx, now=tx.now + domain.WITHIN), answer)


def test_what_is_signed_elsewhere_or_unverified_or_by_a_copy_is_refused(tx: Tx) -> None:
    phone = device(tx, member(tx))

    phone.origin = "https://rights.example.evil"
    assert refused(tx, phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER)))
    phone.origin, phone.verified = HERE.origin, False
    assert refused(tx, phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER)))
    phone.verified, phone.count = True, 10
    assert sign_in(tx, phone)
    phone.count = 5
    assert refused(tx, phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER)))


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', "x" * 30_000, "[" * 19_000]
)
def test_what_is_no_answer_is_refused(tx: Tx, answer: str) -> None:
    passkeys.ask(tx, HERE, asker=BROWSER)

    assert refused(tx, answer)


@pytest.mark.parametrize(
    ("key", "statement"),
    [
        ({}, None),
        ([], None),
        (1, None),
        ({1: 9, 3: -7}, None),
        (None, {"fmt": "packed", "attStmt": {"x5c": 1, "sig": b"x", "alg": -7}}),
        (None, {"fmt": "android-safetynet", "attStmt": {"ver": "1", "response": b"W10.W10.W10"}}),
        (
            None,
            {
                "fmt": "tpm",
                "attStmt": {
                    "ver": "2.0",
                    "sig": b"x",
                    "alg": -7,
                    "x5c": [b"x"],
                    "certInfo": b"x",
                    "pubArea": b"x",
                },
            },
        ),
    ],
)
def test_what_no_device_makes_is_no_passkey(tx: Tx, key: object, statement: object) -> None:
    ada, made = member(tx), Authenticator(HERE.origin)
    answer = json.loads(made.register(passkeys.offer(tx, ada, HERE, asker=BROWSER)))
    sent = answer["response"]["attestationObject"]
    attested = cbor2.loads(base64.urlsafe_b64decode(sent + "=="))
    if isinstance(statement, dict):
        attested |= statement
    else:
        # RFC 9052 keys come last: 37 bytes, then a model, a length and the id lie before it.
        attested["authData"] = attested["authData"][: 37 + 18 + 32] + cbor2.dumps(key)
    answer["response"]["attestationObject"] = base64.urlsafe_b64encode(
        cbor2.dumps(attested)
    ).decode()

    with pytest.raises(RightsError) as caught:
        passkeys.add(tx, ada, HERE, asker=BROWSER, answer=json.dumps(answer), name="x")
    assert caught.value.code is Code.INVALID


def test_a_passkey_with_too_long_an_id_is_refused(tx: Tx) -> None:
    ada, made = member(tx), Authenticator(HERE.origin, credential_id=bytes(1024))
    answer = made.register(passkeys.offer(tx, ada, HERE, asker=BROWSER))

    with pytest.raises(RightsError) as caught:
        passkeys.add(tx, ada, HERE, asker=BROWSER, answer=answer, name="x")
    assert caught.value.code is Code.INVALID


def test_who_has_left_signs_in_no_more(tx: Tx) -> None:
    ada = member(tx)
    bo = member(tx, "bo@example.org", account_id=ada.account_id)
    phone = device(tx, bo)
    members.remove(tx, ada, bo.id)

    assert refused(tx, phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER)))


def test_passkeys_are_renamed_and_removed_by_their_owner(tx: Tx) -> None:
    ada, eve = member(tx), member(tx, "eve@example.org")
    phone = device(tx, ada)
    (made,) = passkeys.mine(tx, ada)

    for attempt in (
        lambda: passkeys.rename(tx, eve, made.id, name="hers"),
        lambda: passkeys.remove(tx, eve, made.id),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert caught.value.code is Code.NOT_FOUND
    passkeys.rename(tx, ada, made.id, name=" old phone ")
    (renamed,) = passkeys.mine(tx, ada)
    passkeys.remove(tx, ada, made.id)

    assert renamed.name == "old phone"
    assert passkeys.mine(tx, ada) == []
    assert refused(tx, phone.sign_in(passkeys.ask(tx, HERE, asker=BROWSER)))


def test_one_passkey_is_of_one_member(tx: Tx) -> None:
    ada, eve = member(tx), member(tx, "eve@example.org")
    phone = device(tx, ada)

    answer = phone.register(passkeys.offer(tx, eve, HERE, asker=BROWSER))
    with pytest.raises(RightsError) as caught:
        passkeys.add(tx, eve, HERE, asker=BROWSER, answer=answer, name="mine")
    assert caught.value.code is Code.CONFLICT


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://rights.example", "rights.example"),
        ("https://rights.example:8443", "rights.example"),
        ("http://localhost:8734", "localhost"),
        ("http://rights.example", None),
        ("https://192.0.2.1", None),
        ("http://127.0.0.1:8734", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_there_are_passkeys_where_there_is_a_name_and_tls(url: str, found: str | None) -> None:
    here = party(url, "Op")

    assert (here and here.id) == found
    assert here is None or here.origin == url
