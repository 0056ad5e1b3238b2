"""The rules page: what decides requests, by example, and what changed; English and Japanese."""

from collections.abc import Mapping
from itertools import groupby

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rightsd.domain import rulebook
from rightsd.domain.rulebook.books import Rule
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone

router = APIRouter(include_in_schema=False)

# What the page says around the rules.
TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "The rules",
        "about": "Every request is decided by these rules, and every decision cites those that it"
        " rests on, by name and version. This is version {version} of {date}.",
        "past": "This version decides no more.",
        "shadow": "This version is tried out: it decides nothing yet.",
        "newest": "Show the rules that decide now",
        "contents": "Contents",
        "refuse": "Refused",
        "hold": "Reviewed first",
        "none": "Allowed",
        "allow": "Allowed",
        "elsewhere": "Elsewhere",
        "where": "What it does where a clip is shown",
        "examples": "Examples",
        "warning": "Examples name what the rules are about, plainly.",
        "withheld": "Examples of what this rule refuses are not published.",
        "cases": "By place",
        "packs": "Places",
        "packs_about": "A clip that names no country is shown everywhere, so the strictest place"
        " decides. What is said of a place is this operator's policy, and no legal advice.",
        "place": "Place",
        "countries": "Countries",
        "works": "Works whose owner has said nothing",
        "opt_out": "Allowed until opted out",
        "opt_in": "Refused until opted in or licensed",
        "licensed_only": "Refused until licensed",
        "changelog": "Changelog",
        "live": "decides now",
        "version": "Version {version}",
        "other": "日本語",
    },
    "ja": {
        "title": "規則",
        "about": "すべてのリクエストはこの規則によって判断され、"
        "判断には根拠となった規則の名前と版が記されます。"
        "これは{date}の第{version}版です。",
        "past": "この版は、現在は使われていません。",
        "shadow": "この版は試行中で、まだ何も決めていません。",
        "newest": "現在の規則を表示する",
        "contents": "目次",
        "refuse": "拒否",
        "hold": "事前審査",
        "none": "許可",
        "allow": "許可",
        "elsewhere": "その他の地域",
        "where": "公開先ごとの扱い",
        "examples": "例",
        "warning": "例には、規則の対象となる表現がそのまま含まれます。",
        "withheld": "この規則が拒否する例は公開していません。",
        "cases": "地域別",
        "packs": "地域",
        "packs_about": "国を指定しない映像はどこでも公開されるものとみなし、"
        "最も厳しい地域の扱いに従います。"
        "地域ごとの扱いは運営者の方針であり、法的助言ではありません。",
        "place": "地域",
        "countries": "国",
        "works": "権利者が意思表示をしていない作品",
        "opt_out": "オプトアウトされるまで許可",
        "opt_in": "オプトインまたはライセンスがあるまで拒否",
        "licensed_only": "ライセンスがあるまで拒否",
        "changelog": "変更履歴",
        "live": "現行",
        "version": "第{version}版",
        "other": "English",
    },
}
AREAS: Mapping[str, Mapping[str, str]] = {
    "cameo": {"en": "People who are cast", "ja": "出演する人"},
    "drugs": {"en": "Drugs", "ja": "薬物"},
    "extremism": {"en": "Extremism", "ja": "過激主義"},
    "licence": {"en": "Licences", "ja": "ライセンス"},
    "output": {"en": "Outputs", "ja": "出力"},
    "reference": {"en": "Pictures and sound that come with a request", "ja": "添付された参考素材"},
    "remix": {"en": "What clips are made of", "ja": "映像の元になった映像"},
    "review": {"en": "Reviews", "ja": "審査"},
    "revocation": {"en": "What was taken back", "ja": "一時停止と撤回"},
    "self_harm": {"en": "Self-harm", "ja": "自傷"},
    "sexual": {"en": "Sexual content", "ja": "性的表現"},
    "violence": {"en": "Violence", "ja": "暴力"},
    "work": {"en": "Works", "ja": "作品"},
}


@router.get("/rules")
def show_rules(visitor: Anyone, version: str = "") -> HTMLResponse:
    """Show a version of the rulebook; the live one, if none is named."""
    language = visitor.language.value
    book = rulebook.BOOKS.get(version or rulebook.VERSION)
    return render.page(
        visitor,
        "rules.html",
        200 if book else 404,
        book=book,
        books=list(reversed(tuple(rulebook.BOOKS.values()))),
        areas=[] if book is None else _areas(list(book.rules.values()), language),
        language=language,
        texts=TEXTS[language],
    )


def _areas(rules: list[Rule], language: str) -> list[tuple[str, str, list[Rule]]]:
    """Return rules by area: its id, what it is called, and its rules."""

    def area(rule: Rule) -> str:
        return rule.id.partition(".")[0]

    return [
        (name, AREAS[name][language] if name in AREAS else name, list(found))
        for name, found in groupby(sorted(rules, key=area), key=area)
    ]
