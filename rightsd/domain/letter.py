"""Letters: what we write to people by mail. Nothing that others wrote goes into one.

Whoever asks for a letter chooses to whom it goes: with words of theirs in it, it would be a way to
send anything to anybody in our name. What is to be confirmed, the page behind the link shows.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rightsd.domain.delivery import SCHEDULE
from rightsd.domain.platform import Because

ADDRESS_LENGTH_MAX = 254  # RFC 5321 section 4.5.3.1.3, less the brackets.
# RFC 5322 without quotes and comments, so that nobody reads two addresses in one.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


class Language(StrEnum):
    """In which we write to people."""

    EN = "en"
    JA = "ja"


_SUBJECTS = {
    Language.EN: "Please confirm your opt-out",
    Language.JA: "オプトアウト申請のご確認",
}
_BODIES = {
    Language.EN: """\
Someone gave this address to declare that a work must not be generated here.

If that was you, look at what was declared and confirm it on this page:

{link}

It takes effect as soon as you confirm it. The link is good for {hours} hours; once
you have confirmed, keep it: with it you see how your opt-out stands, and lift it.
Whoever has the link can do that, so do not pass it on.

If it was not you, do nothing: nothing happens, and we delete this address.

{operator}
""",
    Language.JA: """\
このメールアドレスを連絡先として、ある作品の生成を禁止する申請(オプトアウト)が
行われました。

お心当たりのある方は、次のページで内容をご確認のうえ、確定してください。

{link}

確定と同時に効力が生じます。リンクの有効期間は{hours}時間です。確定後もこのリンクで
状況の確認と取り下げができますので、大切に保管してください。リンクをお持ちの方は
どなたでも操作できます。第三者にお渡しにならないようご注意ください。

お心当たりのない場合は、何もなさらないでください。申請は効力を生じず、この
メールアドレスは削除されます。

{operator}
""",
}


_REMINDER = """\
Your platform {platform_id} was told that outputs of ours may not be shown any more, and
its answers are overdue by the hours that it has registered:

  not acknowledged: {receipt}
  acknowledged, but neither removed nor refused: {removal}

What it was sent is listed under

{url}/v1/platforms/{platform_id}/deliveries

Please remove the copies and acknowledge each delivery. We write at most once a day.

{operator}
"""


_DISABLED = """\
Your platform {platform_id} is disabled, because its endpoint {reason}.

It is not told any more when an output of ours may not be shown. Such outputs are
withdrawn all the same, and the hours that you have registered go on.

Please mend the endpoint, or register another one, and enable the platform:

POST {url}/v1/platforms/{platform_id}/enable

What you missed and is so still is then sent by itself.

{operator}
"""
_REASONS = {
    Because.GONE: "answered with 410",
    Because.UNREACHABLE: f"took nothing for {SCHEDULE // timedelta(hours=1)} hours",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, in plain text."""

    to: str
    subject: str
    body: str


def is_address(text: str) -> bool:
    """Return whether this is one address that we write to."""
    return len(text) <= ADDRESS_LENGTH_MAX and _ADDRESS.fullmatch(text) is not None


def link(url: str, path: str, secret: bytes) -> str:
    """Return a link that only who gets the letter knows: a page, and a secret of 32 bytes."""
    return f"{url}{path}/{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"


def secret_of(token: str) -> bytes:
    """Return the secret that the last part of a link holds; empty when it is none."""
    try:
        return base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def confirmation(
    to: str, language: Language, *, link: str, within: timedelta, operator: str
) -> Letter:
    """Return the letter that asks someone to confirm an opt-out, while the link is good."""
    hours = int(within.total_seconds() // 3600)
    body = _BODIES[language].format(link=link, hours=hours, operator=operator)
    return Letter(to, _SUBJECTS[language], body)


def reminder(
    to: str, *, platform_id: str, receipt: int, removal: int, url: str, operator: str
) -> Letter:
    """Return the letter that asks a platform to answer for what it was told.

    Args:
        to: Its contact.
        platform_id: The platform.
        receipt: How many withdrawals it has not acknowledged in time.
        removal: How many it has acknowledged, and not said to have removed in time.
        url: Of the daemon.
        operator: Whose it is.
    """
    body = _REMINDER.format(
        platform_id=platform_id, receipt=receipt, removal=removal, url=url, operator=operator
    )
    return Letter(to, "Withdrawals that your platform has not answered for", body)


def disabled(
    to: str, *, platform_id: str, because: Because, url: str, operator: str
) -> Letter | None:
    """Return the letter that says why we send a platform nothing more; None: it was asked for."""
    reason = _REASONS.get(because)
    if reason is None:
        return None
    body = _DISABLED.format(platform_id=platform_id, reason=reason, url=url, operator=operator)
    return Letter(to, "Your platform is disabled", body)
