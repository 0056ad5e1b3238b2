"""The words of the pages about notices, in every language."""

from collections.abc import Mapping

from rightsd.domain.letter import Language
from rightsd.domain.notice import State
from rightsd.domain.regime import Kind

KINDS: Mapping[Language, Mapping[Kind, str]] = {
    Language.EN: {
        Kind.COPYRIGHT: "My copyright",
        Kind.TRADEMARK: "My trade mark",
        Kind.LIKENESS: "My likeness or voice",
        Kind.INTIMATE: "Intimate pictures of me, without my consent",
        Kind.PRIVACY: "My privacy",
        Kind.ILLEGAL: "Something else that is illegal",
    },
    Language.JA: {
        Kind.COPYRIGHT: "著作権",
        Kind.TRADEMARK: "商標",
        Kind.LIKENESS: "肖像または声",
        Kind.INTIMATE: "同意のない自分の性的な画像",
        Kind.PRIVACY: "プライバシー",
        Kind.ILLEGAL: "その他の違法な内容",
    },
}
STATES: Mapping[Language, Mapping[State, str]] = {
    Language.EN: {
        State.RECEIVED: "Your notice waits for a decision",
        State.DEFICIENT: "Something is missing in your notice",
        State.UPHELD: "Your notice was upheld: the clip is down",
        State.REJECTED: "Your notice was rejected",
        State.RETRACTED: "You have taken your notice back",
        State.COUNTERED: "A counter-notice was given",
        State.KEPT: "The clip stays down, since you went to court",
        State.RESTORED: "The clip was put back",
        State.APPEALED: "An appeal waits for a decision",
        State.AFFIRMED: "The decision was left as it is, on appeal",
        State.REVERSED: "The decision was turned around, on appeal",
        State.CLOSED: "This notice is closed",
    },
    Language.JA: {
        State.RECEIVED: "通知は判断を待っています",
        State.DEFICIENT: "通知に不足している事項があります",
        State.UPHELD: "通知が認められ、映像の表示を停止しました",
        State.REJECTED: "通知は認められませんでした",
        State.RETRACTED: "通知は取り下げられました",
        State.COUNTERED: "異議通知がありました",
        State.KEPT: "訴えの提起により、表示の停止を続けています",
        State.RESTORED: "映像を元に戻しました",
        State.APPEALED: "不服申立ての判断を待っています",
        State.AFFIRMED: "不服申立ての結果、決定は維持されました",
        State.REVERSED: "不服申立ての結果、決定は変更されました",
        State.CLOSED: "この通知の手続は終了しました",
    },
}
WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "new": "Report a clip",
        "intro": "You need no account. A person decides, and you are told why. We send you a link"
        " by which you see how your notice stands.",
        "other": "日本語",
        "trouble": "This cannot be done",
        "kind": "It goes against",
        "location": "Where the clip is: its address (URL) or id, or a description",
        "work": "The work, mark or person whose right it is",
        "statement": "Why it is not allowed",
        "name": "Your name",
        "email": "Your e-mail address",
        "telephone": "Telephone",
        "address": "Postal address",
        "signature": "Signature: your full name",
        "good_faith": "I believe in good faith that this use is not authorised, and that what I say"
        " is accurate and complete.",
        "accurate": "The information in this notice is accurate.",
        "authorised": "Under penalty of perjury: it is my right, or I may act for whose it is.",
        "not_consented": "I believe in good faith that the person who is shown did not consent.",
        "offence_against_child": "It is about the sexual abuse or exploitation of a child. Then we"
        " need neither your name nor your e-mail address.",
        "needs": "What each kind must say",
        "send": "Send the notice",
        "received": "We have received your notice",
        "missing": "This is missing; without it we cannot act on it as the law asks:",
        "link": "The page of your notice",
        "keep": "Keep this link. Whoever has it can change the notice.",
        "mailed": "If you gave an e-mail address, a letter with another link is on its way. Follow"
        " it to confirm that the address is yours.",
        "due": "Due",
        "overdue_hint": "the shortest time limit that runs",
        "number": "Number",
        "confirm": "Confirm that this address is mine",
        "confirmed": "Your address is confirmed.",
        "retract": "Take the notice back",
        "complete": "Add what is missing",
        "appeal": "Appeal this decision",
        "file-action": "Report an action that was filed in court",
        "counter_said": "The counter-notice says",
        "restores": "The clip is put back after {day} UTC, unless you report an action before.",
        "reason": "Your words",
    },
    Language.JA: {
        "new": "映像に関する通知",
        "intro": "アカウントは不要です。担当者が判断し、理由をお知らせします。"
        "通知の状況を確認できるリンクをお送りします。",
        "other": "English",
        "trouble": "処理できませんでした",
        "kind": "侵害されている権利など",
        "location": "映像の所在(URL、ID、または説明)",
        "work": "対象となる作品、商標、または本人",
        "statement": "許されない理由",
        "name": "氏名",
        "email": "メールアドレス",
        "telephone": "電話番号",
        "address": "住所",
        "signature": "署名(氏名をご記入ください)",
        "good_faith": "この利用が許諾されておらず、記載内容が正確かつ完全であると、"
        "誠実に信じています。",
        "accurate": "この通知の内容は正確です。",
        "authorised": "偽証の場合は罰せられることを承知のうえで、"
        "権利者本人またはその代理人であることを陳述します。",
        "not_consented": "写っている本人が同意していないと、誠実に信じています。",
        "offence_against_child": "児童の性的虐待または搾取に関するものです。"
        "この場合、氏名とメールアドレスは不要です。",
        "needs": "種類ごとの必要事項",
        "send": "通知を送る",
        "received": "通知を受け付けました",
        "missing": "次の事項が不足しています。追記されるまで、法律の定めに従った対応ができません。",
        "link": "通知のページ",
        "keep": "このリンクを保管してください。リンクをお持ちの方はどなたでも通知を変更できます。",
        "mailed": "メールアドレスをご記入の場合は、別のリンクを記載したメールをお送りします。"
        "そのリンクを開き、ご本人のアドレスであることを確認してください。",
        "due": "期限",
        "overdue_hint": "進行中の最も短い期限",
        "number": "受付番号",
        "confirm": "自分のアドレスであることを確認する",
        "confirmed": "アドレスは確認済みです。",
        "retract": "通知を取り下げる",
        "complete": "不足事項を追記する",
        "appeal": "この決定に不服を申し立てる",
        "file-action": "裁判所に訴えを提起したことを知らせる",
        "counter_said": "異議通知の内容",
        "restores": "{day} UTC より前に訴えのご連絡がない限り、その後に映像を元に戻します。",
        "reason": "記入欄",
    },
}
