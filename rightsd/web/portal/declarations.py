"""The page behind the link of a declaration: what it says, and buttons. Looking changes nothing."""

from collections.abc import Callable, Mapping
from functools import partial

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain.declaration import Declaration
from rightsd.domain.letter import Language
from rightsd.errors import RightsError
from rightsd.web import commands, problems
from rightsd.web.auth import Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.web.portal import render
from rightsd.workflows import declarations

router = APIRouter(include_in_schema=False)

PAGE = "/optouts/{declaration_id}/{token}"
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
    },
}


@router.get(PAGE)
def show_declaration(rt: Rt, declaration_id: str, token: str) -> HTMLResponse:
    """Show what was declared, and how it stands."""
    try:
        with rt.transaction() as tx:
            declaration = declarations.look_up(tx, declaration_id, token=token)
    except RightsError as error:
        return _trouble(error)
    return render.page(
        "declaration.html",
        declaration=declaration,
        path=f"/optouts/{declaration_id}/{token}",
        words=WORDS[declaration.language],
        language=declaration.language.value,
    )


@router.post(PAGE + "/confirm")
def confirm_declaration(rt: Rt, sent: Sent, declaration_id: str, token: str) -> Response:
    """Put it into effect, and lead back to the page."""
    confirm = partial(declarations.confirm, cap=rt.claim_cap)
    return _run(rt, sent, declaration_id, token, confirm)


@router.post(PAGE + "/lift")
def lift_declaration(rt: Rt, sent: Sent, declaration_id: str, token: str) -> Response:
    """Lift it, and lead back to the page."""
    return _run(rt, sent, declaration_id, token, declarations.lift)


def _run(
    rt: Rt, sent: Sent, declaration_id: str, token: str, change: Callable[..., Declaration]
) -> Response:
    def command(tx: Tx) -> Answer:
        changed = change(tx, declaration_id, token=token)
        return Answer(200, {"id": changed.id}, about=(changed.id,))

    try:
        commands.run(rt, sent, PUBLIC, token, command)
    except RightsError as error:
        return _trouble(error)
    return RedirectResponse(f"/optouts/{declaration_id}/{token}", status_code=303)


def _trouble(error: RightsError) -> HTMLResponse:
    status = problems.STATUS[error.code].value
    return render.page(
        "declaration.html",
        status,
        declaration=None,
        error=error.detail,
        words=WORDS[Language.EN],
        language=Language.EN.value,
    )
