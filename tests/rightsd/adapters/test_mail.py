"""Letters go to one address, with the headers that we wrote and no others."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import mail
from rightsd.adapters.mail import FolderMailer, SmtpMailer
from rightsd.domain import declaration, letter
from rightsd.domain.declaration import CONFIRM_WITHIN, Declared
from rightsd.domain.letter import Language, Letter
from rightsd.domain.work import Kind
from rightsd.errors import Code, RightsError

LETTER = Letter("nora@example.org", "オプトアウト", "確認してください\n.\n.Goodbye\n")
SENDER = "rightsd@example.com"


@contextmanager
def server(answers: dict[str, bytes], taken: list[bytes]) -> Iterator[str]:
    """An SMTP server for one conversation, which keeps what it is sent."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as file:
            file.write(b"220 here\r\n")
            file.flush()
            while line := file.readline():
                taken.append(line)
                verb = line.split()[0].decode().upper()
                usual = b"354 go on" if verb == "DATA" else b"250 so be it"
                file.write(answers.get(verb, usual) + b"\r\n")
                file.flush()
                if verb == "DATA" and verb not in answers:
                    taken.extend(iter(file.readline, b".\r\n"))
                    file.write(b"250 taken\r\n")
                    file.flush()
                if verb == "QUIT":
                    return

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()
        thread.join()


def test_a_letter_is_put_in_the_folder(tmp_path: Path) -> None:
    FolderMailer(tmp_path / "outbox", SENDER).send(LETTER)

    (path,) = (tmp_path / "outbox").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert path.suffix == ".eml"
    assert (message["To"], message["From"]) == (LETTER.to, SENDER)
    assert message["Subject"] == LETTER.subject
    assert message.get_content().replace("\r\n", "\n") == LETTER.body
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_letter_is_handed_to_a_server() -> None:
    taken: list[bytes] = []

    with server({}, taken) as url:
        SmtpMailer(url, SENDER).send(LETTER)

    assert [line for line in taken if line.startswith(b"rcpt")] == [
        b"rcpt TO:<nora@example.org>\r\n"
    ]
    body = b"".join(taken[taken.index(b"data\r\n") + 1 : -1])
    message = message_from_bytes(body.replace(b"\n..", b"\n."), policy=policy.default)
    assert message.get_content().replace("\r\n", "\n") == LETTER.body


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"RCPT": b"550 no such mailbox"}, Code.INVALID),
        ({"RCPT": b"451 later"}, Code.UNAVAILABLE),
        ({"DATA": b"554 spam"}, Code.INVALID),
        ({"MAIL": b"421 closing"}, Code.UNAVAILABLE),
    ],
)
def test_a_server_that_does_not_take_it_is_asked_again_or_not(
    answers: dict[str, bytes], code: Code
) -> None:
    with server(answers, []) as url, pytest.raises(RightsError) as caught:
        SmtpMailer(url, SENDER).send(LETTER)

    assert caught.value.code is code


def test_a_server_that_is_away_is_asked_again() -> None:
    with pytest.raises(RightsError) as caught:
        SmtpMailer("smtp://127.0.0.1:1", SENDER).send(LETTER)

    assert caught.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize(
    "url", ["http://a", "smtp://", "smtp://a:x", "smtps://user:secret@a", "mailto:a@b"]
)
def test_a_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(RightsError) as caught:
        SmtpMailer(url, SENDER)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "Hello\nBcc: eve@example.org"},
        {"subject": "Hello\r\n\r\nbody"},
        {"to": "nora@example.org\nBcc: eve@example.org"},
        {"to": "nora@example.org, eve@example.org"},
        {"to": "nora@example.org\r\nX: y"},
        {"to": "<nora@example.org>"},
        {"to": "nora"},
        {"to": ""},
        {"to": "@"},
    ],
)
def test_no_header_and_no_recipient_can_be_smuggled_in(fields: dict[str, str]) -> None:
    values = {"to": LETTER.to, "subject": LETTER.subject, "body": ""} | fields

    with pytest.raises(RightsError) as caught:
        mail.compose(Letter(**values), SENDER)

    assert caught.value.code is Code.INVALID


@given(to=st.text(max_size=60), subject=st.text(max_size=60))
def test_whatever_a_letter_says_it_has_these_headers_or_is_refused(to: str, subject: str) -> None:
    try:
        message = mail.compose(Letter(to, subject, "b"), SENDER)
    except RightsError:
        return

    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert set(read.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert len(read["To"].addresses) == 1


@pytest.mark.parametrize(
    ("email", "good"),
    [
        ("nora@example.org", True),
        ("nora.o'hara+optouts@mail.example.co.jp", True),
        ("nora@example.org\n", False),
        ("nora@example.org\r\nBcc: eve@example.org", False),
        ("a@b.org,c@d.org", False),
        ('"a b"@example.org', False),
        ("Nora <nora@example.org>", False),
        ("nora@localhost", False),
        ("nora@-example.org", False),
        ("nora@[127.0.0.1]", False),
        (".nora@example.org", False),
        ("のら@example.org", False),
        ("a" * 250 + "@example.org", False),
    ],
)
def test_which_addresses_are_written_to(email: str, good: bool) -> None:  # noqa: FBT001
    declared = Declared(Kind.WORK, "Nebula Fox", (), "Nora", email, "It is mine.")
    try:
        declaration.require(declared)
    except RightsError as error:
        refused = error.code is Code.INVALID
    else:
        refused = False
        written = letter.confirmation(
            email, Language.EN, link="https://a/", within=CONFIRM_WITHIN, operator="O"
        )
        assert mail.compose(written, SENDER)["To"].addresses[0].addr_spec == email

    assert refused is not good


@pytest.mark.parametrize("language", Language)
def test_a_confirmation_has_the_link_on_a_line_of_its_own(language: Language) -> None:
    written = letter.confirmation(
        "a@b.org", language, link="https://a.example/x", within=CONFIRM_WITHIN, operator="Op"
    )

    assert "https://a.example/x" in written.body.splitlines()
    assert "48" in written.body
    assert written.body.rstrip().endswith("Op")
    assert "\n" not in written.subject
