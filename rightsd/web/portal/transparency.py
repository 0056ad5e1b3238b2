"""The transparency page: every notice and what became of it; English and Japanese."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rightsd.domain.transparency import PAGE_MAX, Count
from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import transparency

router = APIRouter(include_in_schema=False)

_NOTICE = re.compile(r"ntc_[0-9a-f]{32}")

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Notices",
        "about": "Every notice that asked for an output to be taken down, newest first, and what"
        " became of it. Nobody is named: names, addresses and numbers are taken out of what was"
        " written, and what is about a person is not shown at all.",
        "counts": "By month",
        "month": "Month",
        "kind": "Kind",
        "state": "Status",
        "number": "Notices",
        "list": "All notices",
        "received": "Received",
        "decided": "Decided",
        "output": "Output",
        "down": "Down",
        "shown": "Not down by this notice",
        "wrote": "What was written",
        "withheld": "Taken out: {times}",
        "none": "There are no notices.",
        "next": "Older notices",
        "proof": "The log has each of these events; this page can be checked against it.",
        "other": "日本語",
    },
    "ja": {
        "title": "通知",
        "about": "出力の削除を求めるすべての通知とその結果を、新しい順に示します。"
        "個人名は公開しません。"
        "本文からは氏名・住所・番号などを取り除き、個人に関する通知の本文は表示しません。",
        "counts": "月別",
        "month": "月",
        "kind": "種類",
        "state": "状態",
        "number": "件数",
        "list": "すべての通知",
        "received": "受付日",
        "decided": "決定日",
        "output": "出力",
        "down": "公開停止中",
        "shown": "この通知による停止なし",
        "wrote": "本文",
        "withheld": "取り除いた箇所: {times}",
        "none": "通知はありません。",
        "next": "以前の通知",
        "proof": "これらの出来事はすべてログに記録されており、照合できます。",
        "other": "English",
    },
}
KINDS: Mapping[str, Mapping[str, str]] = {
    "copyright": {"en": "Copyright", "ja": "著作権"},
    "trademark": {"en": "Trade mark", "ja": "商標"},
    "likeness": {"en": "Likeness or voice", "ja": "肖像・声"},
    "intimate": {"en": "Intimate pictures", "ja": "性的な画像"},
    "privacy": {"en": "Privacy", "ja": "プライバシー"},
    "illegal": {"en": "Illegal for another reason", "ja": "その他の違法情報"},
}
STATES: Mapping[str, Mapping[str, str]] = {
    "received": {"en": "waits for a decision", "ja": "審査待ち"},
    "deficient": {"en": "incomplete", "ja": "不備あり"},
    "upheld": {"en": "upheld", "ja": "認容"},
    "rejected": {"en": "rejected", "ja": "却下"},
    "retracted": {"en": "retracted", "ja": "取下げ"},
    "countered": {"en": "countered", "ja": "異議申立て中"},
    "kept": {"en": "before a court", "ja": "裁判中"},
    "restored": {"en": "restored", "ja": "復元"},
    "appealed": {"en": "appealed", "ja": "不服申立て中"},
    "affirmed": {"en": "affirmed on appeal", "ja": "不服申立て棄却"},
    "reversed": {"en": "reversed on appeal", "ja": "不服申立て認容"},
    "closed": {"en": "closed", "ja": "終結"},
}


@router.get("/transparency")
def show_notices(rt: Rt, visitor: Anyone, before: str = "") -> HTMLResponse:
    """Show what everyone is told of notices."""
    language = visitor.language.value
    known = before if _NOTICE.fullmatch(before) else None
    with rt.transaction() as tx:
        shown = transparency.page(tx, before=known, limit=PAGE_MAX)
        counts = [] if known else transparency.counts(tx)
    return render.page(
        visitor,
        "transparency.html",
        notices=shown.notices,
        before=shown.before,
        first=known is None,
        months=_months(counts),
        kinds={kind: names[language] for kind, names in KINDS.items()},
        states={state: names[language] for state, names in STATES.items()},
        texts=TEXTS[language],
    )


def _months(counts: Sequence[Count]) -> dict[date, list[Count]]:
    found: dict[date, list[Count]] = {}
    for count in counts:
        found.setdefault(count.month, []).append(count)
    return found
