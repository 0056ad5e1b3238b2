"""The letters to members and invitees, in every language. No word of others is in them."""

from collections.abc import Mapping

from rightsd.domain import invite, signin
from rightsd.domain.letter import Language, Letter
from rightsd.domain.principal import Role

MINUTES = int(signin.WITHIN.total_seconds() // 60)

_SIGN_IN: Mapping[Language, tuple[str, str]] = {
    Language.EN: (
        "Your link to sign in",
        """\
Open this link in the browser in which you asked for it, within {minutes} minutes:

{link}

It works once. If you did not ask for it, do nothing: nobody gets in without it.

{operator}
""",
    ),
    Language.JA: (
        "ログイン用リンクのご案内",
        """\
リンクをお求めになったブラウザで、{minutes}分以内に次のリンクを開いてください。

{link}

リンクは一度だけ使えます。お心当たりのない場合は、何もなさらないでください。
このリンクがなければ、どなたもログインできません。

{operator}
""",
    ),
}
_INVITE: Mapping[Language, tuple[str, str]] = {
    Language.EN: (
        "You are invited",
        """\
{what}

{link}

The link is for this address alone, works once, and is good for {days} days.
If you do not want it, do nothing.

{operator}
""",
    ),
    Language.JA: (
        "招待のお知らせ",
        """\
{what}

{link}

リンクはこのメールアドレス専用で、一度だけ使えます。有効期間は{days}日間です。
ご不要の場合は、何もなさらないでください。

{operator}
""",
    ),
}
_WHAT: Mapping[Language, Mapping[Role | None, str]] = {
    Language.EN: {
        None: "Someone invites you to join their account. See whose it is, and accept, here:",
        Role.PERSON: "Someone invites you to decide here who may use your face and voice:",
        Role.CREATOR: "Someone invites you to make clips here:",
        Role.RIGHTS_HOLDER: "Someone invites you to protect your works here:",
    },
    Language.JA: {
        None: "アカウントへの参加に招待されています。次のページで内容をご確認ください。",
        Role.PERSON: "ご自身の顔や声を誰が使えるかを決めるサービスに招待されています。",
        Role.CREATOR: "映像を制作するサービスに招待されています。",
        Role.RIGHTS_HOLDER: "ご自身の作品を守るサービスに招待されています。",
    },
}


def sign_in(to: str, language: Language, *, link: str, operator: str) -> Letter:
    """Return the letter with a link to sign in."""
    subject, body = _SIGN_IN[language]
    return Letter(to, subject, body.format(minutes=MINUTES, link=link, operator=operator))


def invited(to: str, language: Language, opens: Role | None, *, link: str, operator: str) -> Letter:
    """Return the letter that invites someone, to join an account or to open one of a role."""
    subject, body = _INVITE[language]
    what, days = _WHAT[language][opens], invite.WITHIN.days
    return Letter(to, subject, body.format(what=what, link=link, days=days, operator=operator))
