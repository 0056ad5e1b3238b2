"""Why something cannot be done, on the pages about notices, in every language.

The API answers in English, in the words of whoever raised the error; a page in another language
says the same by what the error carries: the field, what is missing, or what kind of trouble it is.
"""

from collections.abc import Mapping
from typing import cast

from rightsd.domain import regime
from rightsd.domain.letter import Language
from rightsd.domain.regime import Kind
from rightsd.errors import Code, RightsError
from rightsd.web.portal.noticewords import WORDS

_JAPANESE: Mapping[Code, str] = {
    Code.INVALID: "入力内容をご確認ください。",
    Code.FORBIDDEN: "根拠を欠く通知が続いたため、現在、通知を受け付けていません。決定の通知に記載の"
    "ページから不服を申し立てることができます。",
    Code.NOT_FOUND: "該当するものが見つかりません。リンク、または映像のIDやURLをご確認ください。",
    Code.CONFLICT: "現在の状態では、この操作はできません。",
    Code.TOO_LARGE: "入力が長すぎます。短くしてください。",
    Code.TOO_MANY: "短い時間に多くの通知を受け取ったため、今は受け付けられません。"
    "しばらくしてから、もう一度お試しください。",
}
_JAPANESE_OTHERWISE = "現在、処理できません。しばらくしてから、もう一度お試しください。"


def say(error: RightsError, language: Language, kind: Kind | None = None) -> str:
    """Return what is wrong as whoever reads the page can mend it.

    Args:
        error: What was raised.
        language: That of the page.
        kind: Of the notice, where something may be missing in it.
    """
    if language is Language.EN:
        return error.detail
    field, most = error.extra.get("field"), error.extra.get("most")
    if isinstance(field, str) and field in WORDS[language]:
        label = WORDS[language][field]
        how = f"{most}文字以内で" if most else "正しく"
        return f"{label}: {how}入力してください。"
    if kind is not None and error.extra.get("missing"):
        missing = set(cast("list[str]", error.extra["missing"]))
        elements = [each for each in regime.governing(kind).elements if each.id in missing]
        return f"追記された内容では、まだ不足しています。{regime.say(elements, language)}"
    return _JAPANESE.get(error.code, _JAPANESE_OTHERWISE)
