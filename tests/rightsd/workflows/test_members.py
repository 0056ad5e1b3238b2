"""Who belongs to an account: invites, members, and closing it."""

from dataclasses import replace

import pytest

from rightsd.db import invites as db_invites
from rightsd.db.letters import Kind
from rightsd.db.tx import Tx
from rightsd.domain import invite as domain
from rightsd.domain.invite import Invite
from rightsd.domain.letter import Language
from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.domain.proof import Issuer
from rightsd.domain.session import Way
from rightsd.errors import Code, RightsError
from rightsd.workflows import accounts, apikeys, invites, letters, members, sessions, subjects
from tests import people
from tests.members import member, posted, token


def invite(
    tx: Tx, actor: Member, address: str = "bo@example.org", opens: Role | None = None
) -> Invite:
    return invites.make(tx, actor, address=address, opens=opens, language=Language.EN)


def secret(tx: Tx, made: Invite) -> str:
    return token(db_invites.token_of(tx, made.id))


def accept(tx: Tx, made: Invite, name: str = "Bo") -> Member:
    """Do what the page of an invite does."""
    used = invites.use(tx, made.id, token=secret(tx, made))
    account_id = used.account_id
    if used.opens is not None:
        account_id = accounts.open_for(tx, used.opens, name).id
        invites.note_opened(tx, used, account_id)
    return members.join(tx, account_id, address=used.address, duty=Duty.MEMBER)


def code_of(caught: pytest.ExceptionInfo[RightsError]) -> Code:
    return caught.value.code


def test_an_invite_lets_its_invitee_join_once(tx: Tx) -> None:
    ada = member(tx)
    made = invite(tx, ada)

    bo = accept(tx, made)

    assert bo.account_id == ada.account_id
    assert bo.address == "bo@example.org"
    assert {each.address for each in members.mine(tx, ada)} == {"ada@example.org", "bo@example.org"}
    with pytest.raises(RightsError) as caught:
        invites.use(tx, made.id, token=secret(tx, made))
    assert code_of(caught) is Code.NOT_FOUND


def test_the_letter_goes_to_the_invitee_alone_and_says_what_it_is(tx: Tx) -> None:
    made = invite(tx, member(tx), opens=Role.CREATOR)

    composed = letters.COMPOSERS[Kind.INVITE_ACCEPT](
        tx, Issuer("https://rights.example", "Op"), made.id
    )

    assert composed is not None
    assert composed.to == "bo@example.org"
    assert "make clips" in composed.body
    assert f"https://rights.example/invites/{made.id}/{secret(tx, made)}" in composed.body
    assert posted(tx, Kind.INVITE_ACCEPT) == [made.id]


def test_an_account_has_four_codes_and_a_withdrawn_one_comes_back(tx: Tx) -> None:
    ada = member(tx)
    made = [
        invite(tx, ada, f"{number}@example.org", Role.CREATOR) for number in range(domain.CODES_MAX)
    ]
    accept(tx, made[0])

    with pytest.raises(RightsError) as caught:
        invite(tx, ada, opens=Role.CREATOR)
    invites.withdraw(tx, ada, made[1].id)

    assert code_of(caught) is Code.CONFLICT
    assert invites.left(tx, ada) == 1
    assert invite(tx, ada, opens=Role.CREATOR)
    with pytest.raises(RightsError):
        invites.withdraw(tx, ada, made[0].id)  # It was accepted.


def test_an_invite_runs_out_and_is_withdrawn(tx: Tx) -> None:
    ada = member(tx)
    made, other = invite(tx, ada), invite(tx, ada, "cy@example.org")
    invites.withdraw(tx, ada, other.id)

    late = replace(tx, now=tx.now + domain.WITHIN)
    for when, each in ((late, made), (tx, other)):
        with pytest.raises(RightsError) as caught:
            invites.look_up(when, each.id, token=secret(tx, each))
        assert code_of(caught) is Code.NOT_FOUND
    assert invites.look_up(tx, made.id, token=secret(tx, made)).address == "bo@example.org"


def test_no_invite_opens_an_account_of_staff(tx: Tx) -> None:
    with pytest.raises(RightsError) as caught:
        invite(tx, member(tx), opens=Role.ADMIN)
    assert code_of(caught) is Code.INVALID


def test_nobody_is_invited_twice_at_once(tx: Tx) -> None:
    ada = member(tx)
    invite(tx, ada)

    with pytest.raises(RightsError) as caught:
        invite(tx, ada, " BO@example.org")
    assert code_of(caught) is Code.CONFLICT


def test_members_who_are_no_owners_invite_and_remove_nobody(tx: Tx) -> None:
    ada = member(tx)
    bo = member(tx, "bo@example.org", duty=Duty.MEMBER, account_id=ada.account_id)

    for attempt in (
        lambda: invite(tx, bo, "cy@example.org"),
        lambda: members.remove(tx, bo, ada.id),
        lambda: members.set_duty(tx, bo, bo.id, Duty.OWNER),
        lambda: accounts.close(tx, bo, name="Ada"),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert code_of(caught) is Code.FORBIDDEN


def test_the_tree_shows_who_let_whom_in(tx: Tx) -> None:
    ada = member(tx)
    bo = accept(tx, invite(tx, ada, opens=Role.CREATOR))
    tx.conn.execute("UPDATE rights.member SET duty = 'owner' WHERE id = %s", (bo.id,))
    bo = replace(bo, duty=Duty.OWNER)
    cy = accept(tx, invite(tx, bo, "cy@example.org", Role.PERSON))

    tree = invites.tree(tx, people.ADMIN)

    assert [(each.account_id, each.invited_by, each.depth) for each in tree] == [
        (bo.account_id, ada.account_id, 1),
        (cy.account_id, bo.account_id, 2),
    ]
    with pytest.raises(RightsError):
        invites.tree(tx, ada.principal)


def test_who_is_removed_is_signed_out_and_forgotten(tx: Tx) -> None:
    ada = member(tx)
    bo = member(tx, "bo@example.org", duty=Duty.MEMBER, account_id=ada.account_id)
    token = sessions.begin(tx, bo, way=Way.LINK, agent="")

    members.remove(tx, ada, bo.id)

    assert sessions.find(tx, token) is None
    assert members.mine(tx, ada) == [ada]
    assert members.having(tx, "bo@example.org") == []
    row = tx.conn.execute("SELECT sealed FROM rights.member WHERE id = %s", (bo.id,)).fetchone()
    assert row == (None,)
    assert member(tx, "bo@example.org", duty=Duty.MEMBER, account_id=ada.account_id)


def test_who_is_removed_does_not_come_back_by_an_invite_of_their_own(tx: Tx) -> None:
    ada = member(tx)
    bo = member(tx, "bo@example.org", account_id=ada.account_id)
    his, hers = invite(tx, bo, "puppet@example.org"), invite(tx, ada, "cy@example.org")

    members.remove(tx, ada, bo.id)

    with pytest.raises(RightsError) as caught:
        invites.look_up(tx, his.id, token=secret(tx, his))
    assert code_of(caught) is Code.NOT_FOUND
    assert invites.look_up(tx, hers.id, token=secret(tx, hers))


def test_few_letters_go_to_one_invitee(tx: Tx) -> None:
    ada = member(tx)
    for _ in range(domain.PER_ADDRESS_MAX):
        invites.withdraw(tx, ada, invite(tx, ada).id)

    with pytest.raises(RightsError) as caught:
        invite(tx, ada, " BO@example.org")

    assert code_of(caught) is Code.TOO_MANY
    assert invite(tx, ada, "cy@example.org")
    later = replace(tx, now=tx.now + domain.WITHIN)
    assert invite(later, ada)


def test_an_account_writes_to_few_strangers_a_day(tx: Tx) -> None:
    ada = member(tx)
    for number in range(domain.PER_DAY_MAX):
        invites.withdraw(tx, ada, invite(tx, ada, f"{number}@example.org").id)

    with pytest.raises(RightsError) as caught:
        invite(tx, ada)

    assert code_of(caught) is Code.TOO_MANY
    assert invite(replace(tx, now=tx.now + domain.DAY), ada)


def test_an_account_keeps_an_owner(tx: Tx) -> None:
    ada = member(tx)
    bo = member(tx, "bo@example.org", duty=Duty.MEMBER, account_id=ada.account_id)

    for attempt in (
        lambda: members.remove(tx, ada, ada.id),
        lambda: members.set_duty(tx, ada, ada.id, Duty.MEMBER),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert code_of(caught) is Code.CONFLICT
    members.set_duty(tx, ada, bo.id, Duty.OWNER)
    members.remove(tx, ada, ada.id)


def test_members_of_others_are_not_found(tx: Tx) -> None:
    ada, eve = member(tx), member(tx, "eve@example.org")

    for attempt in (
        lambda: members.remove(tx, eve, ada.id),
        lambda: members.set_duty(tx, eve, ada.id, Duty.MEMBER),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert code_of(caught) is Code.NOT_FOUND


def test_closing_ends_what_was_said_and_no_likeness(tx: Tx) -> None:
    ada = member(tx)
    key = apikeys.make(tx, ada.principal, account_id=ada.account_id)
    token = sessions.begin(tx, ada, way=Way.LINK, agent="")
    made = invite(tx, ada)
    subject = people.subject(tx, ada.principal)

    with pytest.raises(RightsError) as caught:
        accounts.close(tx, ada, name="Ada")
    subjects.unenrol(tx, ada.principal, subject.id)
    said = accounts.ends(tx, ada)
    assert accounts.close(tx, ada, name="Ada") == said

    assert code_of(caught) is Code.CONFLICT
    assert (said.members, said.api_keys, said.invites, said.likenesses) == (1, 1, 1, 0)
    assert tx.events[-1].kind == "account.closed"
    assert sessions.find(tx, token) is None
    assert members.having(tx, "ada@example.org") == []
    for attempt in (
        lambda: apikeys.authenticate(tx, key.text),
        lambda: invites.look_up(tx, made.id, token=secret(tx, made)),
    ):
        with pytest.raises(RightsError):
            attempt()


def test_keys_are_listed_used_and_revoked(tx: Tx) -> None:
    ada, eve = member(tx), member(tx, "eve@example.org")
    fresh = apikeys.make(tx, ada.principal, account_id=ada.account_id, name="<b>laptop</b>")
    (before,) = apikeys.of_account(tx, ada.principal, ada.account_id)
    apikeys.authenticate(tx, fresh.text)
    (after,) = apikeys.of_account(tx, ada.principal, ada.account_id)

    with pytest.raises(RightsError):
        apikeys.revoke(tx, eve.principal, account_id=ada.account_id, key_id=fresh.id)
    with pytest.raises(RightsError) as caught:
        apikeys.revoke(tx, eve.principal, account_id=eve.account_id, key_id=fresh.id)
    apikeys.revoke(tx, ada.principal, account_id=ada.account_id, key_id=fresh.id)

    assert (before.name, before.used_at, after.used_at) == ("<b>laptop</b>", None, tx.now)
    assert code_of(caught) is Code.NOT_FOUND
    assert apikeys.of_account(tx, ada.principal, ada.account_id) == []
    with pytest.raises(RightsError) as caught:
        apikeys.authenticate(tx, fresh.text)
    assert code_of(caught) is Code.UNAUTHENTICATED
