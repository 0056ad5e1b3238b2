"""Opt-outs without an account: nothing before the mail is answered, everything from then on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from rightsd.adapters.mail import FolderMailer
from rightsd.db import accounts
from rightsd.db import declarations as rows
from rightsd.db.tx import Tx
from rightsd.domain.declaration import CONFIRM_WITHIN, Declaration, Declared, State
from rightsd.domain.letter import Language, Letter
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.work import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import declarations, letters
from rightsd.workflows.generations import requests
from tests.races import race

NORA = "nora@example.org"


def declared(**fields: object) -> Declared:
    values = {
        "kind": Kind.CHARACTER,
        "title": "Nebula Fox",
        "aliases": ("ネビュラ狐",),
        "owner": "Nora Noter",
        "email": NORA,
        "statement": "I drew it.",
    }
    return Declared(**values | fields)


def declare(tx: Tx, address: str = "192.0.2.1", **fields: object) -> Declaration:
    return declarations.declare(tx, declared(**fields), language=Language.JA, address=address)


def token(tx: Tx, declaration: Declaration) -> str:
    return declarations.link(tx, "", declaration.id).rpartition("/")[2]


def confirm(tx: Tx, declaration: Declaration) -> Declaration:
    return declarations.confirm(tx, declaration.id, token=token(tx, declaration))


def outcome(tx: Tx, creator: Principal, prompt: str = "nebula fox") -> Outcome:
    return requests.preflight(tx, creator, prompt=prompt, cameos=()).outcome


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(RightsError) as caught:
        call()
    return caught.value.code


def test_it_takes_effect_when_it_is_confirmed_and_ends_when_it_is_lifted(
    tx: Tx, creator: Principal
) -> None:
    tx.events.clear()
    made = declare(tx)
    assert (made.state, tx.events) == (State.UNCONFIRMED, [])
    assert outcome(tx, creator) is Outcome.ALLOW

    confirmed = confirm(tx, made)
    assert confirmed.state is State.STANDING
    assert outcome(tx, creator) is Outcome.REFUSE
    assert outcome(tx, creator, "ネビュラ狐が走る") is Outcome.REFUSE
    assert [event.kind for event in tx.events] == [
        "account.opened",
        "work.registered",
        "optout.registered",
    ]
    assert {event.data.get("tier") for event in tx.events[1:]} == {"asserted"}
    assert NORA not in str([event.data for event in tx.events])

    lifted = declarations.lift(tx, made.id, token=token(tx, made))
    assert lifted.state is State.LIFTED
    assert outcome(tx, creator) is Outcome.ALLOW


def test_doing_it_again_changes_nothing(tx: Tx) -> None:
    made = declare(tx)
    confirm(tx, made)
    events = len(tx.events)
    assert confirm(tx, made).state is State.STANDING
    assert len(tx.events) == events

    for _ in range(2):
        lifted = declarations.lift(tx, made.id, token=token(tx, made))
        assert lifted.state is State.LIFTED
    assert len(tx.events) == events + 1
    assert confirm(tx, made).state is State.LIFTED


def test_the_claimant_gets_one_account_to_which_nobody_has_a_key(tx: Tx) -> None:
    first, second = declare(tx), declare(tx, title="Orbit Hare", email="Nora@Example.org")
    ids = {confirm(tx, one).account_id for one in (first, second)}

    (account_id,) = ids
    assert account_id is not None
    account = accounts.find(tx, account_id)
    assert account is not None
    assert (account.role, account.name) == (Role.RIGHTS_HOLDER, "Nora Noter")
    keys = tx.conn.execute("SELECT FROM rights.api_key WHERE account_id = %s", (account_id,))
    assert keys.fetchall() == []


@pytest.mark.parametrize("wrong", ["", "x", "A" * 43, "ä" * 43, "=" * 43, "\x00", "A" * 5000])
def test_only_whoever_has_the_link_sees_or_changes_anything(tx: Tx, wrong: str) -> None:
    made = declare(tx)
    for do in (declarations.look_up, declarations.confirm, declarations.lift):
        assert refused(lambda do=do: do(tx, made.id, token=wrong)) is Code.NOT_FOUND
    assert declarations.look_up(tx, made.id, token=token(tx, made)) == made


def test_the_link_of_one_is_not_that_of_another(tx: Tx) -> None:
    mine, theirs = declare(tx), declare(tx, email="eve@example.org", title="Orbit Hare")

    code = refused(lambda: declarations.confirm(tx, theirs.id, token=token(tx, mine)))

    assert code is Code.NOT_FOUND


def test_a_link_is_good_for_two_days(tx: Tx) -> None:
    made = declare(tx)
    later = replace(tx, now=tx.now + CONFIRM_WITHIN)
    assert refused(lambda: confirm(later, made)) is Code.NOT_FOUND

    confirm(replace(tx, now=later.now - timedelta(seconds=1)), made)
    assert declarations.look_up(later, made.id, token=token(tx, made)).state is State.STANDING


def test_nothing_is_lifted_that_does_not_stand(tx: Tx) -> None:
    made = declare(tx)

    assert refused(lambda: declarations.lift(tx, made.id, token=token(tx, made))) is Code.CONFLICT


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "ab"},
        {"title": "x" * 80},
        {"aliases": ("Nebula", "x")},
        {"aliases": tuple(f"Nebula {number}" for number in range(6))},
        {"kind": Kind.SITE, "title": "nebulafox.example"},
        {"email": "nora@example.org\r\nBcc: eve@example.org"},
        {"email": "nora"},
    ],
)
def test_what_is_not_taken(tx: Tx, fields: dict[str, object]) -> None:
    assert refused(lambda: declare(tx, **fields)) is Code.INVALID


def test_a_mailbox_is_written_to_so_often_a_day(tx: Tx) -> None:
    for number in range(declarations.OF_EMAIL_PER_DAY):
        declare(tx, f"192.0.2.{number}", email=NORA if number else NORA.upper())

    assert refused(lambda: declare(tx, "192.0.2.9")) is Code.TOO_MANY
    declare(tx, "192.0.2.9", email="other@example.org")
    declare(replace(tx, now=tx.now + declarations.DAY), "192.0.2.9")


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_a_network_address_declares_so_much_a_day(
    tx: Tx,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    second: str,
    counts: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(declarations, "OF_ADDRESS_PER_DAY", 1)
    declare(tx, first)
    try:
        declare(tx, second, email="other@example.org")
    except RightsError as error:
        stopped = error.code is Code.TOO_MANY
    else:
        stopped = False

    assert stopped is counts


def test_all_together_declare_so_much_an_hour(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declarations, "OF_ALL_PER_HOUR", 2)
    for number in range(2):
        declare(tx, f"192.0.2.{number}", email=f"n{number}@example.org")

    assert refused(lambda: declare(tx, "192.0.2.9", email="m@example.org")) is Code.TOO_MANY
    declare(replace(tx, now=tx.now + declarations.HOUR), "192.0.2.9", email="m@example.org")


def test_so_many_stand_under_one_mailbox(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declarations, "STANDING_MAX", 1)
    first, second = declare(tx), declare(tx, title="Orbit Hare")
    confirm(tx, first)
    assert refused(lambda: confirm(tx, second)) is Code.TOO_MANY

    declarations.lift(tx, first.id, token=token(tx, first))
    assert confirm(tx, second).state is State.STANDING


def test_what_was_declared_lies_sealed(tx: Tx) -> None:
    made = declare(tx)
    row = tx.conn.execute(
        "SELECT declaration::text FROM rights.declaration WHERE id = %s", (made.id,)
    ).fetchone()

    assert row is not None
    for word in ("Nora", NORA, NORA.encode().hex(), "192.0.2.1", "drew"):
        assert word not in row[0]


def test_what_is_not_confirmed_is_forgotten_with_its_key(tx: Tx) -> None:
    stale, kept = declare(tx), declare(tx, title="Orbit Hare")
    confirm(tx, kept)
    later = tx.now + CONFIRM_WITHIN + timedelta(seconds=1)

    assert rows.delete_unconfirmed(tx, before=later, limit=9) == 1
    rows.forget_origins(tx, before=later)

    assert rows.find(tx, stale.id) is None
    keys = tx.conn.execute("SELECT FROM rights.data_key WHERE owner_id = %s", (stale.id,))
    assert keys.fetchall() == []
    assert rows.count(tx, since=tx.now - timedelta(days=1), origin="192.0.2.1") == 0
    assert rows.find(tx, kept.id) is not None


def test_two_confirmations_of_one_claimant_open_one_account(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second = declare(tx), declare(tx, title="Orbit Hare")

    assert race(rt, lambda tx: confirm(tx, first), lambda tx: confirm(tx, second)) == [
        "released",
        "ended",
    ]

    with rt.transaction() as tx:
        ids = {rows.find(tx, one.id).account_id for one in (first, second)}
    assert len(ids) == 1


def test_the_link_is_mailed_once_and_works(rt: Runtime, tmp_path: Path) -> None:
    rt = replace(rt, mailer=FolderMailer(tmp_path / "outbox", "rightsd@example.com"))
    with rt.transaction() as tx:
        made = declare(tx)
        link = declarations.link(tx, rt.issuer.url, made.id)

    assert [letters.mail_due(rt), letters.mail_due(rt)] == [1, 0]

    (path,) = (tmp_path / "outbox").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == NORA
    assert link in message.get_content().split()
    # Words that others chose do not go out in our name.
    for word in ("Nebula", "Nora Noter", "drew"):
        assert word not in str(message)


def test_one_that_does_not_open_keeps_no_other_from_being_mailed(
    rt: Runtime, tmp_path: Path
) -> None:
    rt = replace(rt, mailer=FolderMailer(tmp_path / "outbox", "rightsd@example.com"))
    with rt.transaction() as tx:
        broken, _ = declare(tx), declare(tx, title="Orbit Hare")
        tx.conn.execute(
            "UPDATE rights.declaration SET sealed = '\\x00' WHERE id = %s", (broken.id,)
        )

    sent = [
        letters.mail_due(replace(rt, clock=lambda hour=hour: tx.now + timedelta(hours=3 * hour)))
        for hour in range(20)
    ]

    assert sent == [1] + [0] * 19
    with rt.transaction() as tx:
        due = tx.conn.execute("SELECT due_at, attempts FROM rights.letter ORDER BY 2")
        assert due.fetchall() == [(None, 1), (None, letters.MAIL_ATTEMPTS_MAX)]


class Failing:
    """A mailer that fails in one way."""

    def __init__(self, code: Code) -> None:
        self.code, self.asked = code, 0

    def send(self, letter: Letter) -> None:
        self.asked += 1
        raise RightsError(self.code, "no")


@pytest.mark.parametrize(
    ("code", "asked"),
    [(Code.INVALID, 1), (Code.UNAVAILABLE, letters.MAIL_ATTEMPTS_MAX)],
)
def test_a_mail_that_does_not_go_out_is_tried_again_or_given_up(
    rt: Runtime, code: Code, asked: int
) -> None:
    mailer = Failing(code)
    with rt.transaction() as tx:
        declare(tx)
    for hour in range(20):
        later = replace(
            rt, mailer=mailer, clock=lambda hour=hour: tx.now + timedelta(hours=3 * hour)
        )
        assert letters.mail_due(later) == 0
        assert letters.mail_due(later) == 0

    assert mailer.asked == asked


def test_a_declared_work_is_found_by_names_as_any_other(tx: Tx, creator: Principal) -> None:
    confirm(tx, declare(tx, title="Quartz", aliases=()))

    assert outcome(tx, creator, "a vein of quartz in a cave") is Outcome.ALLOW
    assert outcome(tx, creator, "the Quartz movie poster") is Outcome.REFUSE
