from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rightsd.domain import describing, policy, rulebook
from rightsd.domain.consent import Consent, State
from rightsd.domain.describing import Described
from rightsd.domain.policy import Facts, OptedOut, Outcome
from rightsd.domain.staydown import TakenDown
from rightsd.domain.terms import Terms

NOW = datetime(2030, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def consent(state: State = State.GRANTED, **fields: object) -> Consent:
    terms = {name: fields.pop(name) for name in list(fields) if name != "id"}
    values = {
        "id": "con_1",
        "subject_id": "sub_1",
        "account_id": "acc_person",
        "terms": Terms(**{"grantees": ("acc_creator",)} | terms),
        "terms_version": 1,
        "salt": bytes(32),
        "state": state,
        "granted_at": NOW,
        "ended_at": None if state is State.GRANTED else NOW,
    } | fields
    return Consent(**values)


def decide(prompt: str, *, consents: dict | None = None, **facts: object) -> policy.Decision:
    wish = policy.wish_of("acc_creator", prompt, [])
    return policy.decide(wish, Facts(consents=consents or {}, opted_out=(), **facts), NOW)


def rules(decision: policy.Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


def test_a_wish_that_touches_no_one_is_allowed() -> None:
    decision = decide("a ball")

    assert decision.outcome is Outcome.ALLOW
    assert decision.reasons == ()
    assert decision.rulebook == rulebook.VERSION


def test_everyone_whom_the_prompt_or_the_request_casts_is_asked_about_once() -> None:
    wish = policy.wish_of("acc_creator", "@Ada and @bob, mail x@ada.org, @ada", ["@bob", "eve"])

    assert set(wish.cameos) == {"ada", "bob", "eve"}
    assert len(wish.cameos) == 3


def test_a_standing_consent_allows_and_is_relied_on() -> None:
    decision = decide("@ada waves", consents={"ada": [consent()]})

    assert decision.outcome is Outcome.ALLOW
    assert decision.consents == ("con_1",)


def test_nobody_by_that_handle_is_refused() -> None:
    assert rules(decide("@ada waves", consents={"ada": None})) == ["cameo.unknown"]


def test_consents_that_do_not_permit_are_refused() -> None:
    for useless in (
        [],
        [consent(State.REVOKED)],
        [consent(State.EXPIRED)],
        [consent(expires_at=NOW)],
        [consent(grantees=("acc_other",))],
    ):
        decision = decide("@ada waves", consents={"ada": useless})
        assert rules(decision) == ["cameo.consent"]
        assert decision.consents == ()


def test_one_good_consent_among_bad_ones_is_enough() -> None:
    several = [consent(State.REVOKED, id="con_0"), consent(expires_at=NOW + HOUR, id="con_9")]

    assert decide("@ada", consents={"ada": several}).consents == ("con_9",)


def test_every_rule_that_refuses_is_cited() -> None:
    wish = policy.wish_of("acc_creator", "@ada as Nebula Fox", [])
    named = OptedOut("opt_1", "wrk_1", "Nebula Fox", "Nebula Fox", 8)
    facts = Facts(consents={"ada": []}, opted_out=[named], taken_down=[TakenDown("gen_1")])

    decision = policy.decide(wish, facts, NOW)

    assert rules(decision) == ["cameo.consent", "work.opted_out", "output.taken_down"]
    assert decision.reasons[1].evidence["found"] == "Nebula Fox"


def test_each_rule_is_in_the_rulebook_once() -> None:
    assert len({rule.id for rule in rulebook.RULES}) == len(rulebook.RULES)


def test_a_handle_says_nothing_to_the_rules_about_words() -> None:
    decision = decide("@naked_cocaine waves", consents={"naked_cocaine": [consent()]})

    assert decision.outcome is Outcome.ALLOW


def test_what_a_reviewer_cleared_is_not_held_for_that_again() -> None:
    prompt = "a severed head on a table, a naked man"

    doubts = {reason.rule: reason.matter for reason in decide(prompt).reasons}
    decision = decide(prompt, cleared=[doubts["violence.graphic"]])

    assert decision.outcome is Outcome.HOLD
    assert rules(decision) == ["sexual.nudity"]
    assert decide(prompt, cleared=doubts.values()).outcome is Outcome.ALLOW


def test_what_was_cleared_of_one_work_is_not_cleared_of_another() -> None:
    fox = OptedOut("opt_1", "wrk_1", "Nebula Fox", "nebula fox", 0, contested=True)
    owl = OptedOut("opt_2", "wrk_2", "Nebula Fox", "nebula fox", 0, contested=True)
    wish = policy.wish_of("acc_creator", "nebula fox", [])
    (about_fox,) = policy.decide(wish, Facts(consents={}, opted_out=[fox]), NOW).reasons

    facts = Facts(consents={}, opted_out=[fox, owl], cleared=[about_fox.matter])
    decision = policy.decide(wish, facts, NOW)

    assert decision.outcome is Outcome.HOLD
    assert [reason.evidence["work_id"] for reason in decision.reasons] == ["wrk_2"]


def test_what_is_not_cited_for_want_of_room_is_not_cleared_with_the_rest() -> None:
    wish = policy.wish_of("acc_creator", "nebula fox", [])
    many = [
        Described(f"opt_{place}", f"wrk_{place}", "F", "dsc_1", 0, 9, 0.55, "m", certain=False)
        for place in range(describing.CITED_MAX + 1)
    ]
    first = policy.decide(wish, Facts(consents={}, opted_out=(), described=many), NOW).reasons

    cleared = [reason.matter for reason in first]
    facts = Facts(consents={}, opted_out=(), described=many, cleared=cleared)
    decision = policy.decide(wish, facts, NOW)

    assert len(first) == describing.CITED_MAX
    assert (decision.outcome, len(decision.reasons)) == (Outcome.HOLD, 1)


def test_what_holds_in_one_place_alone_is_in_doubt_there() -> None:
    refusing = rulebook.reason(rulebook.WORK_OPTED_OUT, "a rule that refuses elsewhere", {})
    asking = rulebook.reason(rulebook.CAMEO_APPROVAL, "@ada wants to see each use", {})

    held = policy.Decision(Outcome.HOLD, rulebook.VERSION, (refusing, asking), ())
    refused = policy.Decision(Outcome.REFUSE, rulebook.VERSION, (refusing,), ())

    assert held.doubts == (refusing,)
    assert refused.doubts == ()


def test_what_was_cleared_of_a_prompt_is_not_cleared_of_what_is_said_beyond_it() -> None:
    prompt, said = "a severed head on a table", "\nShot 1: “entrails”"
    asked = policy.wish_of("acc_creator", prompt, [])
    facts = Facts(consents={}, opted_out=())
    (seen,) = policy.decide(asked, facts, NOW).reasons

    whole = replace(asked, prompt=prompt + said, said_from=len(prompt))
    (left,) = policy.decide(whole, replace(facts, cleared=[seen.matter]), NOW).reasons

    start = (prompt + said).index("entrails")
    assert (left.evidence["found"], left.evidence["start"]) == ("entrails", start)
    both = [seen.matter, left.matter]
    assert policy.decide(whole, replace(facts, cleared=both), NOW).outcome is Outcome.ALLOW
