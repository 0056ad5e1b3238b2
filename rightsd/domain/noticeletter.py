"""What claimants are written about their notices: in our words, and in those of whoever decided.

Nothing that claimants or creators wrote goes into a letter; the page behind its link shows it.
"""

from collections.abc import Mapping

from rightsd.domain import regime, suspension
from rightsd.domain import statement_of_reasons as reasons
from rightsd.domain.letter import Language, Letter
from rightsd.domain.notice import COMPLETE_DAYS, Notice
from rightsd.domain.suspension import State as SuspensionState
from rightsd.domain.suspension import Suspension


def path(notice_id: str) -> str:
    """Return the path of a notice's page, but for the token that ends it."""
    return f"/notices/{notice_id}"


def receipt(notice: Notice, *, link: str, operator: str) -> Letter:
    """Return the letter that confirms the receipt, and says what is missing."""
    words = _WORDS[notice.claim.language]
    body = [words["received"].format(notice=notice.id), _missing(notice), words["link"]]
    return _letter(notice, words["received_subject"], [*body, link, words["not_you"]], operator)


def amended(notice: Notice, *, link: str, operator: str) -> Letter:
    """Return the letter that says what is missing by now, if anything is."""
    words = _WORDS[notice.claim.language]
    body = [words["amended"].format(notice=notice.id), _missing(notice), words["link"], link]
    return _letter(notice, words["amended_subject"], body, operator)


def decided(notice: Notice, *, link: str, operator: str) -> Letter:
    """Return the letter with the statement of reasons."""
    words = _WORDS[notice.claim.language]
    statement = reasons.of(notice)
    assert statement is not None
    body = [statement.render(notice.claim.language), words["contest"], link]
    if notice.abusive:
        # Regulation (EU) 2022/2065, Article 23(2): nobody is suspended who was not warned.
        most, within = suspension.STRIKES_MAX, suspension.WINDOW.days
        days = suspension.LENGTH.days
        body.insert(1, words["warning"].format(most=most, within=within, days=days))
    return _letter(notice, words["decided_subject"], body, operator)


def countered(notice: Notice, *, link: str, operator: str) -> Letter:
    """Return the letter that says until when an action in court keeps an output down."""
    words = _WORDS[notice.claim.language]
    restore_at = notice.restore_at
    day = "" if restore_at is None else f"{restore_at:%Y-%m-%d %H:%M} UTC"
    body = [words["countered"].format(notice=notice.id, day=day), link]
    return _letter(notice, words["countered_subject"], body, operator)


def appealed(notice: Notice, *, link: str, operator: str) -> Letter:
    """Return the letter that says that someone else has appealed the decision."""
    words = _WORDS[notice.claim.language]
    body = [words["appealed"].format(notice=notice.id), words["see"], link]
    return _letter(notice, words["appealed_subject"], body, operator)


def lapsed(notice: Notice, *, link: str, operator: str) -> Letter:
    """Return the letter that says that a notice was closed since something was still missing."""
    words = _WORDS[notice.claim.language]
    body = [words["lapsed"].format(notice=notice.id, days=COMPLETE_DAYS), _listed(notice)]
    return _letter(notice, words["lapsed_subject"], [*body, words["lapsed_again"], link], operator)


def suspended(notice: Notice, suspension: Suspension, *, link: str, operator: str) -> Letter:
    """Return the letter that tells of a suspension, or of what became of it."""
    words = _WORDS[notice.claim.language]
    until = f"{suspension.until_at:%Y-%m-%d}"
    name = "lifted" if suspension.state is SuspensionState.LIFTED else "suspended"
    body = [words[name].format(until=until)]
    if suspension.reason:
        body.append(suspension.reason)
    return _letter(notice, words["suspended_subject"], [*body, words["link"], link], operator)


def _missing(notice: Notice) -> str:
    words = _WORDS[notice.claim.language]
    listed = _listed(notice)
    if not listed:
        return words["whole"]
    return "\n".join([words["missing"], listed, words["until"].format(days=COMPLETE_DAYS)])


def _listed(notice: Notice) -> str:
    missing = regime.missing(notice.claim) if notice.whole_at is None else ()
    return "\n".join(f"- {element.words[notice.claim.language]}" for element in missing)


def _letter(notice: Notice, subject: str, body: list[str], operator: str) -> Letter:
    parts = [*body, regime.NO_ADVICE[notice.claim.language], operator]
    return Letter(notice.claim.email, subject, "\n\n".join(parts) + "\n")


_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "received_subject": "We have received your notice",
        "amended_subject": "Your notice was changed",
        "decided_subject": "A decision on your notice",
        "countered_subject": "A counter-notice was given",
        "suspended_subject": "Your notices",
        "received": "We have received a notice that names this address. Its number is {notice}.",
        "amended": "There is more to the notice {notice} now: what you added, or which clip is"
        " meant.",
        "whole": "Nothing is missing in it; a person will decide on it.",
        "missing": "It is kept, but we cannot act on it as the law asks before this is added:",
        "appealed_subject": "The decision on your notice was appealed",
        "appealed": "Someone else has appealed the decision on the notice {notice}: whoever made"
        " the clip, or a person whom it affects. Until somebody else has decided on it, everything"
        " stays as it is; you will be told then. You need not do anything.",
        "see": "You see how it stands on this page:",
        "until": "If that does not happen within {days} days of its receipt, it is closed.",
        "lapsed_subject": "Your notice was closed",
        "lapsed": "The notice {notice} was closed: what was missing in it was not added within"
        " {days} days. Nothing was decided. This was missing:",
        "lapsed_again": "You can give notice again at any time. This one you see on this page:",
        "link": "On this page you see how it stands, add what is missing, or take it back. Whoever"
        " has the link can do that, so do not pass it on. By opening it and confirming you show"
        " that this address is yours:",
        "not_you": "If it was not you, take it back on that page, or do nothing.",
        "contest": "You see the decision, and can contest it, on this page:",
        "countered": "Whoever made the clip that the notice {notice} took down has given a"
        " counter-notice. The clip is put back after {day}, unless you report before then that you"
        " have filed an action in court. You can read the counter-notice, and report an action,"
        " on this page:",
        "warning": "It was found to be manifestly unfounded. After {most} such notices within"
        " {within} days, none are taken from you for {days} days.",
        "suspended": "Several of your notices were found to be manifestly unfounded. Until {until}"
        " none are taken from you, but for those about intimate pictures. You can appeal; another"
        " person decides.",
        "lifted": "The suspension of your notices was lifted.",
    },
    Language.JA: {
        "received_subject": "通知を受け付けました",
        "amended_subject": "通知の内容が変更されました",
        "decided_subject": "通知に関する決定",
        "countered_subject": "異議通知がありました",
        "suspended_subject": "通知の受付について",
        "received": "このメールアドレスを連絡先とする通知を受け付けました。"
        "受付番号は {notice} です。",
        "amended": "通知 {notice} に、追記または対象となる映像の特定がありました。",
        "whole": "記載事項に不足はありません。担当者が判断します。",
        "missing": "通知は保管しますが、次の事項が追記されるまで、"
        "法律の定めに従った対応ができません。",
        "appealed_subject": "決定に対する不服申立てがありました",
        "appealed": "通知 {notice} に関する決定について、映像の作成者または影響を受ける方から"
        "不服申立てがありました。別の担当者が判断するまで現在の状態が続きます。結果は改めて"
        "お知らせします。ご対応は不要です。",
        "see": "状況は次のページで確認できます。",
        "until": "受付から{days}日以内に追記がない場合、手続を終了します。",
        "lapsed_subject": "通知の手続を終了しました",
        "lapsed": "通知 {notice} は、{days}日以内に不足事項が追記されなかったため、判断を行わずに"
        "手続を終了しました。不足していた事項は次のとおりです。",
        "lapsed_again": "改めて通知することはいつでもできます。今回の通知は次のページで"
        "確認できます。",
        "link": "次のページで、状況の確認、不足事項の追記、取り下げができます。リンクをお持ちの方は"
        "どなたでも操作できます。第三者にお渡しにならないようご注意ください。ページを開いて"
        "確認すると、このアドレスがご本人のものであることが示されます。",
        "not_you": "お心当たりのない場合は、そのページで取り下げるか、何もなさらないでください。",
        "contest": "次のページで決定の確認と不服申立てができます。",
        "countered": "通知 {notice} により削除された映像の作成者から、異議通知がありました。"
        "{day} より前に、裁判所に訴えを提起した旨のご連絡がない限り、その後に映像を元に戻します。"
        "異議通知の閲覧と訴えのご連絡は、次のページから行えます。",
        "warning": "この通知は明らかに根拠を欠くと判断されました。"
        "{within}日以内に{most}件に達すると、{days}日間、通知を受け付けません。",
        "suspended": "複数の通知が明らかに根拠を欠くと判断されました。{until} まで、性的な画像に"
        "関するものを除き、通知を受け付けません。不服申立てができ、別の担当者が判断します。",
        "lifted": "通知の受付停止は解除されました。",
    },
}
