"""What the daemon refuses to start with."""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ledger import policy
from ledger.cosignature import WitnessKey
from ledger.policy import Policy
from rightsd import bootstrap
from rightsd.adapters.mail import FolderMailer, SmtpMailer
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from tests.ledger.cosigned import WITNESSES, quorum
from tests.ledger.oracle import KEY
from tests.rightsd.witnesses import told

NOWHERE = "host=127.0.0.1 port=1"
VKEYS = [witness.key.vkey for witness in WITNESSES]
URL = "https://w1.example/"


def built(home: Path, **settings: object) -> Runtime:
    """Build a daemon, without a database."""
    pool = bootstrap.connect(NOWHERE, 2)
    rt = bootstrap.build(Settings(home=home, **settings), home, NOWHERE, pool)
    rt.credentials.close()
    return rt


def refused(home: Path, **settings: object) -> str:
    with pytest.raises(RightsError) as caught:
        built(home, **settings)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


@pytest.mark.parametrize(
    ("asked", "given"),
    [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")],
)
def test_a_commit_is_durable_whatever_the_server_is_told(dsn: str, asked: str, given: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        name = sql.Identifier(conn.info.dbname)
        statement = sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}")
        conn.execute(statement.format(name, sql.Literal(asked)))

    with bootstrap.connect(dsn, 2) as pool, pool.connection() as conn:
        row = conn.execute("SHOW synchronous_commit").fetchone()

    assert row == (given,)


def test_without_settings_no_one_is_asked_and_nothing_is_mirrored(home: Path) -> None:
    rt = built(home)

    assert (rt.witness_policy, rt.mirror, rt.witness_guard.allow_private) == (None, None, False)


def test_mail_goes_to_the_outbox_unless_there_is_a_server(home: Path) -> None:
    assert isinstance(built(home).mailer, FolderMailer)
    assert isinstance(built(home, smtp_url="smtps://a@mail.example").mailer, SmtpMailer)
    assert "RIGHTSD_SMTP_URL is" in refused(home, smtp_url="https://mail.example")
    assert "RIGHTSD_MAIL_FROM is" in refused(home, mail_from="a@b.example\nBcc: c@d.example")


def test_a_policy_and_a_mirror_are_read_from_the_settings(home: Path, tmp_path: Path) -> None:
    asked = quorum(2, [told(name, f"https://{name}.example/") for name in ("w1", "w2", "w3")])
    path = tmp_path / "policy"
    path.write_bytes(policy.encode(asked))

    rt = built(home, witness_policy=path, mirror_url=(tmp_path / "log").as_uri())

    assert rt.witness_policy == asked
    assert rt.mirror is not None
    assert (tmp_path / "log").is_dir()


def test_a_policy_may_name_its_log_and_ask_for_no_one(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_text(f"# us\nlog {KEY.vkey}\nquorum none\n")

    read = built(home, witness_policy=path).witness_policy

    assert isinstance(read, Policy)
    assert policy.is_met(read, ())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "every line of a policy ends in a newline"),
        ("# nothing\n", "no quorum line"),
        ("nonsense\n", "line 1 of the policy"),
        (f"witness w1 {VKEYS[0]} {URL}\nquorum w2\n", "line 2 of the policy: it names what is not"),
        (f"witness w1 {VKEYS[0]} {URL}\ngroup g 2 w1\nquorum g\n", "the threshold of a group of 1"),
        (f"witness w1 {KEY.vkey} {URL}\nquorum w1\n", "not an Ed25519 cosignature key"),
        (f"witness w1 {VKEYS[0]}\nquorum w1\n", "no URL for the witness w1"),
        (f"witness w1 {VKEYS[0]} {URL}\nwitness w2 {VKEYS[1]}\nquorum w1\n", "the witness w2"),
        (f"witness w1 {VKEYS[0]} http://w1.example/\nquorum w1\n", "must begin with https://"),
        (f"witness w1 {VKEYS[0]} https://a@w1.example/\nquorum w1\n", "no user, password"),
        (f"witness w1 {VKEYS[0]} w1.example\nquorum w1\n", "no good URL for the witness w1"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(
    home: Path, tmp_path: Path, lines: str, said: str
) -> None:
    path = tmp_path / "policy"
    path.write_text(lines)

    detail = refused(home, witness_policy=path)

    assert said in detail
    assert str(path) in detail


def test_a_private_witness_is_allowed_by_its_setting(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_text(f"witness w1 {VKEYS[0]} http://127.0.0.1:8470\nquorum w1\n")
    assert "must begin with https://" in refused(home, witness_policy=path)

    assert built(home, witness_policy=path, witness_private=True).witness_guard.allow_private


def test_more_witnesses_than_are_asked_at_once_are_refused(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "policy"
    lines = [
        f"witness w{number} {cosigner(number)} {URL}\n"
        for number in range(bootstrap.WITNESSES_MAX + 1)
    ]
    path.write_text("".join(lines) + "quorum w1\n")

    assert "more than 64 witnesses" in refused(home, witness_policy=path)


def cosigner(number: int) -> str:
    return WitnessKey(f"w{number}", bytes([number]) * 32).vkey


def test_a_policy_that_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refused(home, witness_policy=tmp_path / "policy")
    assert "cannot be read: Is a directory" in refused(home, witness_policy=tmp_path)


def test_a_policy_without_end_is_not_read_to_the_end(home: Path) -> None:
    assert "at most 262144 bytes" in refused(home, witness_policy=Path("/dev/zero"))


@pytest.mark.parametrize("name", ["Some\nOne", "Some\x00One", "Some\u2028One"])
def test_an_operator_whose_name_no_manifest_could_hold_is_refused(home: Path, name: str) -> None:
    assert "RIGHTSD_OPERATOR must be 1 to 200 characters on one line" in refused(
        home, operator=name
    )


@pytest.mark.parametrize("origin", ["rights.example/~log", "rights.example/ログ", "a" * 201])
def test_a_log_whose_name_no_manifest_could_hold_is_refused(home: Path, origin: str) -> None:
    assert "RIGHTSD_LOG_ORIGIN must be 1 to 200 letters" in refused(home, log_origin=origin)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8734"),
        ({"host": "::1", "port": 80}, "http://[::1]:80"),
        ({"public_url": "https://rights.example"}, "https://rights.example"),
        ({"public_url": "https://rights.example:8443/"}, "https://rights.example:8443"),
        ({"public_url": "http://[::1]:8734"}, "http://[::1]:8734"),
    ],
)
def test_the_issuer_has_the_address_of_the_daemon(
    home: Path, settings: dict[str, object], url: str
) -> None:
    rt = built(home, **settings, operator="Someone Ltd.")

    assert (rt.issuer.url, rt.issuer.operator) == (url, "Someone Ltd.")


@pytest.mark.parametrize(
    "url",
    ["rights.example", "ftp://rights.example", "https://", "https://a@b.example", "https://a/b"],
)
def test_an_address_that_is_none_is_refused(home: Path, url: str) -> None:
    assert "RIGHTSD_PUBLIC_URL" in refused(home, public_url=url)


@pytest.mark.parametrize("url", ["/log", "http://mirror.example", "s3://", ""])
def test_a_mirror_at_no_store_is_refused(home: Path, url: str) -> None:
    assert "names no file store" in refused(home, mirror_url=url)
