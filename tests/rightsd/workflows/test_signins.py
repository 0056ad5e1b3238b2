"""Signing in by a link, and being signed in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection, Cursor

from rightsd.db.letters import Kind
from rightsd.db.tx import Tx
from rightsd.domain import session as session_domain
from rightsd.domain import signin as domain
from rightsd.domain.letter import Language
from rightsd.domain.principal import Role
from rightsd.domain.proof import Issuer
from rightsd.domain.session import Way
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import letters, members, sessions, signins
from tests.members import BROWSER, member, posted, sign_in_token

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask(tx: Tx, address: str = "ada@example.org") -> None:
    signins.ask(tx, address=address, browser=BROWSER, language=Language.EN)


def asked(tx: Tx) -> tuple[str, str]:
    """Let Ada ask for a link; return its id and its secret."""
    ask(tx)
    sign_in_id = posted(tx, Kind.SIGN_IN_CONFIRM)[-1]
    return sign_in_id, sign_in_token(tx, sign_in_id)


def later(tx: Tx, by: timedelta) -> Tx:
    return replace(tx, now=tx.now + by)


def refused(tx: Tx, sign_in_id: str, token: str, browser: bytes = BROWSER) -> Code:
    with pytest.raises(RightsError) as caught:
        signins.use(tx, sign_in_id, token=token, browser=browser, member_id=None)
    return caught.value.code


def test_a_link_signs_in_once(tx: Tx) -> None:
    ada = member(tx)
    sign_in_id, token = asked(tx)

    found = signins.use(tx, sign_in_id, token=token, browser=BROWSER, member_id=None)

    assert found == ada
    assert refused(tx, sign_in_id, token) is Code.NOT_FOUND


def test_a_link_works_in_the_browser_that_asked_alone(tx: Tx) -> None:
    member(tx)
    sign_in_id, token = asked(tx)

    assert refused(tx, sign_in_id, token, b"another browser") is Code.FORBIDDEN
    assert not signins.look_up(tx, sign_in_id, token=token, browser=b"another browser").is_here
    assert signins.use(tx, sign_in_id, token=token, browser=BROWSER, member_id=None)


def test_a_link_runs_out_and_a_wrong_secret_opens_nothing(tx: Tx) -> None:
    member(tx)
    sign_in_id, token = asked(tx)

    assert refused(later(tx, domain.WITHIN), sign_in_id, token) is Code.NOT_FOUND
    assert refused(tx, sign_in_id, "A" * 43) is Code.NOT_FOUND
    assert refused(tx, sign_in_id.replace("sgn_", "sgn_0"), token) is Code.NOT_FOUND


def test_strangers_are_asked_for_alike_and_get_no_letter(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rt.transaction() as tx:
        member(tx)
    said: list[list[object]] = []
    execute = Connection.execute

    def noting(self: Connection[Any], *args: Any, **options: Any) -> Cursor[Any]:
        said[-1].append(args[0])
        return execute(self, *args, **options)

    monkeypatch.setattr(Connection, "execute", noting)
    for address in ("ada@example.org", "nobody@example.org"):
        said.append([])
        with rt.transaction() as tx:
            ask(tx, address)
    monkeypatch.undo()

    assert said[0] == said[1]  # What is done tells nobody who is known, nor how long it takes.
    with rt.transaction() as tx:
        known, unknown = posted(tx, Kind.SIGN_IN_CONFIRM)
        issuer = Issuer("https://rights.example", "Op")
        assert letters.COMPOSERS[Kind.SIGN_IN_CONFIRM](tx, issuer, known) is not None
        assert letters.COMPOSERS[Kind.SIGN_IN_CONFIRM](tx, issuer, unknown) is None


def test_letters_for_strangers_keep_nobody_waiting(rt: Runtime) -> None:
    with rt.transaction() as tx:
        member(tx)
        for number in range(letters.MAIL_BATCH + 1):
            ask(tx, f"{number}@example.org")
        ask(tx)

    assert letters.mail_due(rt) == 1


def test_few_letters_go_to_one_address(tx: Tx) -> None:
    member(tx)
    for spelling in ("ada@example.org", " ADA@Example.org ") * domain.PER_ADDRESS_MAX:
        ask(tx, spelling)

    assert len(posted(tx, Kind.SIGN_IN_CONFIRM)) == domain.PER_ADDRESS_MAX
    ask(later(tx, domain.PER_ADDRESS_WITHIN))
    assert len(posted(tx, Kind.SIGN_IN_CONFIRM)) == domain.PER_ADDRESS_MAX + 1


def test_the_letter_holds_the_link_in_the_language_of_the_member(tx: Tx) -> None:
    ada = member(tx)
    members.set_language(tx, ada, Language.JA)
    sign_in_id, token = asked(tx)

    composed = letters.COMPOSERS[Kind.SIGN_IN_CONFIRM](
        tx, Issuer("https://rights.example", "Op"), sign_in_id
    )

    assert composed is not None
    assert composed.to == "ada@example.org"
    assert "ログイン" in composed.subject
    assert f"https://rights.example/sign-in/{sign_in_id}/{token}" in composed.body


def test_one_address_of_two_accounts_chooses(tx: Tx) -> None:
    member(tx)
    brand = member(tx, role=Role.RIGHTS_HOLDER, name="Nebula")
    sign_in_id, token = asked(tx)

    among = signins.look_up(tx, sign_in_id, token=token, browser=BROWSER).members
    found = signins.use(tx, sign_in_id, token=token, browser=BROWSER, member_id=brand.id)

    assert len(among) == 2
    assert found == brand


def test_a_link_signs_nobody_else_in(tx: Tx) -> None:
    member(tx)
    other = member(tx, "eve@example.org")
    sign_in_id, token = asked(tx)

    with pytest.raises(RightsError) as caught:
        signins.use(tx, sign_in_id, token=token, browser=BROWSER, member_id=other.id)
    assert caught.value.code is Code.NOT_FOUND


def test_the_operator_makes_a_link_for_any_browser(tx: Tx) -> None:
    ada = member(tx)

    _, _, sign_in_id, token = signins.ask_as_operator(tx, ada).split("/")

    assert signins.use(tx, sign_in_id, token=token, browser=b"", member_id=None) == ada


def test_a_session_is_found_by_its_token_alone(tx: Tx) -> None:
    ada = member(tx)
    token = sessions.begin(tx, ada, way=Way.LINK, agent=AGENT)

    found = sessions.find(tx, token)

    assert found is not None
    assert found[1] == ada
    assert found[0].browser == "Firefox, Linux"
    assert sessions.find(tx, token + "x") is None
    assert sessions.find(tx, "") is None
    assert sessions.find(tx, "x" * 10_000) is None
    kept = tx.conn.execute("SELECT token_hash FROM rights.session").fetchone()
    assert kept is not None
    assert token.encode() not in bytes(kept[0])


def test_a_session_ends_unused_and_at_its_age(tx: Tx) -> None:
    token = sessions.begin(tx, member(tx), way=Way.LINK, agent=AGENT)

    assert sessions.find(later(tx, session_domain.IDLE), token) is None
    used = tx
    while used.now - tx.now < session_domain.LIFETIME - session_domain.IDLE:
        used = later(used, session_domain.IDLE - timedelta(hours=1))
        assert sessions.find(used, token) is not None
    assert sessions.find(later(tx, session_domain.LIFETIME), token) is None


def test_staff_sign_in_every_day(tx: Tx) -> None:
    token = sessions.begin(tx, member(tx, role=Role.REVIEWER), way=Way.PASSKEY, agent="")

    assert sessions.find(later(tx, session_domain.STAFF_LIFETIME), token) is None


def test_one_session_or_all_of_ones_own_are_ended(tx: Tx) -> None:
    ada, eve = member(tx), member(tx, "eve@example.org")
    first, second = (sessions.begin(tx, ada, way=Way.LINK, agent=AGENT) for _ in range(2))
    hers = sessions.begin(tx, eve, way=Way.LINK, agent=AGENT)
    listed = sessions.mine(tx, ada)

    with pytest.raises(RightsError) as caught:
        sessions.end(tx, eve, listed[0].id)
    found = sessions.find(tx, first)
    assert found is not None
    sessions.end(tx, ada, found[0].id)

    assert caught.value.code is Code.NOT_FOUND
    assert len(listed) == 2
    assert sessions.find(tx, first) is None
    assert sessions.end_all(tx, ada) == 1
    assert sessions.find(tx, second) is None
    assert sessions.find(tx, hers) is not None
