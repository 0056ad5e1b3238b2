"""Sends letters: by SMTP, or into a folder, from which they can be read or sent by other means."""

import re
import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rightsd.domain.letter import Letter, is_address
from rightsd.errors import Code, RightsError

SECONDS_MAX = 10.0  # Of each step of a conversation.
PORTS = {"smtp": 587, "smtps": 465}
SENDER = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
PERMANENT = range(500, 600)  # RFC 5321 section 4.2.1: the same would be answered again.


class FolderMailer:
    """Writes each letter as a file, `outbox/….eml`."""

    def __init__(self, folder: Path, sender: str) -> None:
        """Name the folder, which need not be there.

        Raises:
            RightsError: INVALID: the sender is no address.
        """
        self._folder = folder
        self._sender = _checked(sender)

    def send(self, letter: Letter) -> None:
        """Write a letter.

        Raises:
            RightsError: INVALID: the letter cannot be sent as it is.
        """
        message = compose(letter, self._sender)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        partial = self._folder / f".{name}.partial"
        partial.write_bytes(message.as_bytes())
        partial.replace(self._folder / f"{name}.eml")


class SmtpMailer:
    """Hands letters to a server, always under TLS but on this very machine."""

    def __init__(self, url: str, sender: str, *, password_file: Path | None = None) -> None:
        """Name the server.

        Args:
            url: smtps://user@host:465, or smtp://user@host:587 for STARTTLS.
            sender: Address that letters come from.
            password_file: With the password of the user.

        Raises:
            RightsError: INVALID: the URL is none of these, or the sender no address.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in PORTS or not parts.hostname or port == -1 or parts.password:
            detail = "RIGHTSD_SMTP_URL is smtps://user@host:port or smtp://user@host:port"
            raise RightsError(Code.INVALID, detail)
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = port or PORTS[parts.scheme]
        self._user = None if parts.username is None else unquote(parts.username)
        self._password_file = password_file
        self._sender = _checked(sender)
        self._tls = ssl.create_default_context()

    def send(self, letter: Letter) -> None:
        """Hand over a letter.

        Raises:
            RightsError: INVALID: it will not be taken. UNAVAILABLE: not now.
        """
        message = compose(letter, self._sender)
        try:
            with self._server() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _failure(code, "the recipient was refused") from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, "the server refused the letter") from error
        except (OSError, smtplib.SMTPException) as error:
            raise RightsError(Code.UNAVAILABLE, "the mail server does not answer") from error

    @contextmanager
    def _server(self) -> Generator[smtplib.SMTP]:
        if self._scheme == "smtps":
            server = smtplib.SMTP_SSL(
                self._host, self._port, timeout=SECONDS_MAX, context=self._tls
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=SECONDS_MAX)
        try:
            if self._scheme == "smtp" and self._host not in {"127.0.0.1", "::1", "localhost"}:
                server.starttls(context=self._tls)
            if self._user is not None and self._password_file is not None:
                server.login(self._user, self._password_file.read_text().strip())
            yield server
            # What was taken is taken, however the server says goodbye.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()


def compose(letter: Letter, sender: str) -> EmailMessage:
    """Return a letter as a message (RFC 5322) in UTF-8.

    Raises:
        RightsError: INVALID: a header would have another one in it, or an address is none.
    """
    # The parsers of the standard library let more pass than they say.
    if not is_address(letter.to) or not letter.subject.isprintable():
        raise RightsError(Code.INVALID, "this letter cannot be addressed")
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers.
    message.set_content(letter.body)
    return message


def _checked(sender: str) -> str:
    if not SENDER.fullmatch(sender):
        raise RightsError(Code.INVALID, "RIGHTSD_MAIL_FROM is one e-mail address, and no name")
    return sender


def _failure(code: int, detail: str) -> RightsError:
    return RightsError(Code.INVALID if code in PERMANENT else Code.UNAVAILABLE, detail)
