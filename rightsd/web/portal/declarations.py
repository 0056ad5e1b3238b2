"""The form of a declaration, and the page behind its link. Looking changes nothing."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from rightsd.db.tx import Tx
from rightsd.domain import declaration as domain
from rightsd.domain.declaration import CONFIRM_WITHIN, KINDS, Declaration, Declared
from rightsd.domain.letter import Language
from rightsd.domain.work import TITLE_LENGTH_MAX, Kind
from rightsd.errors import RightsError
from rightsd.web import commands, problems
from rightsd.web.auth import Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import declarations

router = APIRouter(include_in_schema=False)

FORM = "/optouts/new"
PAGE = "/optouts/{declaration_id}/{token}"
FIELD_MAX = 8_000  # Characters; what is too long for us, but not for this, comes back to be mended.
WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "unconfirmed": "Is this what you declare?",
        "standing": "This opt-out stands.",
        "lifted": "This opt-out was lifted.",
        "title": "Title",
        "aliases": "Other names",
        "owner": "Owner",
        "statement": "Statement",
        "effect": "From the moment you confirm, prompts that name this work are refused, and clips"
        " that were made of such prompts are withdrawn.",
        "keep": "Keep the link to this page: with it you lift the opt-out. Do not pass it on.",
        "confirm": "Confirm the opt-out",
        "lift": "Lift the opt-out",
        "trouble": "This cannot be done",
        "new": "Opt a work out",
        "intro": "Prompts that name your work will be refused, and clips made of such prompts"
        " withdrawn. You need no account: we send you a link, and nothing happens before you"
        " follow it.",
        "kind": "What it is",
        "email": "Your e-mail address",
        "one_a_line": "one a line, in any script",
        "good_faith": "I believe in good faith that I may opt this work out.",
        "send": "Send me the link",
        "sent": "A letter is on its way",
        "sent_to": "Follow the link in it within {hours} hours; then the opt-out stands.",
        "other": "日本語",
    },
    Language.JA: {
        "unconfirmed": "申請の内容をご確認ください",
        "standing": "このオプトアウトは有効です",
        "lifted": "このオプトアウトは取り下げられました",
        "title": "作品名",
        "aliases": "その他の名称",
        "owner": "権利者",
        "statement": "申請の理由",
        "effect": "確定した時点から、この作品の名称を含む生成の依頼は拒否され、"
        "そのような依頼から作られた映像は取り下げられます。",
        "keep": "このページのリンクを保管してください。オプトアウトの取り下げに必要です。"
        "第三者にお渡しにならないようご注意ください。",
        "confirm": "オプトアウトを確定する",
        "lift": "オプトアウトを取り下げる",
        "trouble": "処理できませんでした",
        "new": "作品のオプトアウト",
        "intro": "作品の名称を含む生成の依頼を拒否し、"
        "そのような依頼から作られた映像を取り下げます。"
        "アカウントは不要です。お送りするリンクを開くまで、何も変更されません。",
        "kind": "種類",
        "email": "メールアドレス",
        "one_a_line": "一行に一つ。文字の種類は問いません",
        "good_faith": "この作品をオプトアウトする権限があると、誠実に信じています。",
        "send": "リンクを受け取る",
        "sent": "メールをお送りしました",
        "sent_to": "{hours}時間以内にメールのリンクを開いてください。"
        "オプトアウトが有効になります。",
        "other": "English",
    },
}
KIND_WORDS: Mapping[Language, Mapping[Kind, str]] = {
    Language.EN: {kind: kind.value.capitalize() for kind in Kind if kind in KINDS},
    Language.JA: {
        Kind.WORK: "作品",
        Kind.CHARACTER: "キャラクター",
        Kind.MARK: "商標",
        Kind.STYLE: "作風",
        Kind.VOICE: "声",
    },
}
EMPTY = Declared(Kind.WORK, "", (), "", "", "")

Said = Annotated[str, Field(max_length=FIELD_MAX)]


class DeclarationForm(BaseModel):
    """The fields of the form, as they come; what is missing in them is said on the form."""

    language: Language
    kind: Kind
    title: Said = ""
    aliases: Said = ""
    owner: Said = ""
    email: Said = ""
    statement: Said = ""
    good_faith: bool = False

    def declared(self) -> Declared:
        """Return what is declared."""
        names = tuple(name for line in self.aliases.splitlines() if (name := line.strip()))
        title, owner, email = self.title.strip(), self.owner.strip(), self.email.strip()
        return Declared(self.kind, title, names, owner, email, self.statement.strip())


@router.get(FORM)
def show_form(visitor: Anyone) -> HTMLResponse:
    """Show the empty form."""
    return _form(visitor, visitor.language, EMPTY)


@router.post(FORM)
def declare_optout(
    request: Request, visitor: Anyone, rt: Rt, sent: Sent, form: Annotated[DeclarationForm, Form()]
) -> HTMLResponse:
    """Take a declaration in, or give the form back with what is wrong with it."""
    declared, language = form.declared(), form.language
    address = request.client.host if request.client else ""

    def command(tx: Tx) -> Answer:
        made = declarations.declare(tx, declared, language=language, address=address)
        return Answer(202, {"id": made.id}, about=(made.id,))

    if not form.good_faith:
        return _form(visitor, language, declared, WORDS[language]["good_faith"], 422)
    try:
        commands.run(rt, sent, PUBLIC, form, command)
    except RightsError as error:
        return _form(visitor, language, declared, error.detail, problems.STATUS[error.code].value)
    hours = round(CONFIRM_WITHIN.total_seconds() / 3600)
    words = WORDS[language]
    return render.page(
        visitor,
        "declared.html",
        202,
        words=words,
        sent_to=words["sent_to"].format(hours=hours),
        language=language.value,
    )


@router.get(PAGE)
def show_declaration(rt: Rt, visitor: Anyone, declaration_id: str, token: str) -> HTMLResponse:
    """Show what was declared, and how it stands."""
    try:
        with rt.transaction() as tx:
            declaration = declarations.look_up(tx, declaration_id, token=token)
    except RightsError as error:
        return _trouble(visitor, error)
    return render.page(
        visitor,
        "declaration.html",
        declaration=declaration,
        path=f"/optouts/{declaration_id}/{token}",
        words=WORDS[declaration.language],
        language=declaration.language.value,
    )


@router.post(PAGE + "/confirm")
def confirm_declaration(
    rt: Rt, visitor: Anyone, sent: Sent, declaration_id: str, token: str
) -> Response:
    """Put it into effect, and lead back to the page."""
    confirm = partial(declarations.confirm, cap=rt.claim_cap)
    return _run(rt, visitor, sent, declaration_id, token, confirm)


@router.post(PAGE + "/lift")
def lift_declaration(
    rt: Rt, visitor: Anyone, sent: Sent, declaration_id: str, token: str
) -> Response:
    """Lift it, and lead back to the page."""
    return _run(rt, visitor, sent, declaration_id, token, declarations.lift)


def _run(
    rt: Rt,
    visitor: Visitor,
    sent: Sent,
    declaration_id: str,
    token: str,
    change: Callable[..., Declaration],
) -> Response:
    def command(tx: Tx) -> Answer:
        changed = change(tx, declaration_id, token=token)
        return Answer(200, {"id": changed.id}, about=(changed.id,))

    try:
        commands.run(rt, sent, PUBLIC, token, command)
    except RightsError as error:
        return _trouble(visitor, error)
    return RedirectResponse(f"/optouts/{declaration_id}/{token}", status_code=303)


def _form(
    visitor: Visitor,
    language: Language,
    declared: Declared,
    error: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    return render.page(
        visitor,
        "declare.html",
        status,
        declared=declared,
        error=error,
        words=WORDS[language],
        kinds=KIND_WORDS[language],
        limits={
            "title": TITLE_LENGTH_MAX,
            "owner": domain.OWNER_LENGTH_MAX,
            "statement": domain.STATEMENT_LENGTH_MAX,
        },
        language=language.value,
    )


def _trouble(visitor: Visitor, error: RightsError) -> HTMLResponse:
    status = problems.STATUS[error.code].value
    return render.page(
        visitor,
        "declaration.html",
        status,
        declaration=None,
        error=error.detail,
        words=WORDS[visitor.language],
        language=visitor.language.value,
    )
