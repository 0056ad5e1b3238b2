"""What the demo tells of the gate: what it refuses, holds and offers instead."""

from typing import Any

from rightsd.cli.stage import Stage

NAME_PROMPT = "Nebula Fox runs over a hill at dawn"
TELLING_PROMPT = (
    "a small silver fox with a glowing striped tail and a round glass helmet hops between asteroids"
)
DOUBTFUL_PROMPT = "a sultry dancer with bedroom eyes on a dim stage"
REVIEW_SECONDS_MAX = 30.0
PRICE = {"amount": 500, "currency": "EUR", "per": "clip"}


def tell(stage: Stage, work_id: str) -> None:
    """Tell it, of a work that is opted out."""
    _paraphrase(stage, work_id)
    _license(stage, work_id)
    _review(stage)


def _paraphrase(stage: Stage, work_id: str) -> None:
    with stage.report.step("2  the character, described and not named, does not pass") as found:
        text = "A little silver fox with a glowing striped tail and a round glass helmet in space."
        stage.people["brand"].create(f"/v1/works/{work_id}/descriptions", {"text": text})
        decision = _preflight(stage, TELLING_PROMPT)
        assert decision["outcome"] in {"refuse", "hold"}, decision
        found.append(f"{decision['outcome']} by {_rules(decision)}")


def _license(stage: Stage, work_id: str) -> None:
    with stage.report.step("2  a refused creator is offered a licence, and takes it") as found:
        brand, creator = stage.people["brand"], stage.people["creator"]
        body = {"work_id": work_id, "price": PRICE, "terms": {"purposes": ["personal"]}}
        offer = brand.create("/v1/offers", body)
        refused = _preflight(stage, NAME_PROMPT)
        assert refused["outcome"] == "refuse", refused
        (cost,) = refused["alternatives"][0]["costs"]
        assert (cost["offer_id"], cost["due"]) == (offer["id"], PRICE["amount"]), refused
        licence = creator.create(f"/v1/offers/{offer['id']}/accept", {"digest": offer["digest"]})
        allowed = _preflight(stage, NAME_PROMPT)
        assert allowed["outcome"] == "allow", allowed
        assert allowed["licences"] == [licence["id"]]
        found.append(f"{cost['due'] / 100:.2f} EUR a clip; then it is allowed")
        revoked = brand.post(f"/v1/licences/{licence['id']}/revoke")
        assert revoked.status_code == 200, revoked.text
        assert _preflight(stage, NAME_PROMPT)["outcome"] == "refuse"
        found.append("revoked, and refused again")


def _review(stage: Stage) -> None:
    creator, reviewer = stage.people["creator"], stage.people["reviewer"]
    with stage.report.step("2  what a rule doubts waits for a reviewer") as found:
        asked = creator.create("/v1/generations", {"prompt": DOUBTFUL_PROMPT})
        assert asked["state"] == "held", asked
        (mine,) = creator.get("/v1/reviews/mine").json()
        assert mine["things"] == [asked["id"]]
        review = f"/v1/reviews/{mine['id']}"
        claimed = reviewer.post(f"{review}/claim")
        assert claimed.status_code == 200, claimed.text
        finding = {"finding": "refuse", "reason": "It is staged to be suggestive."}
        decided = reviewer.post(f"{review}/decide", finding)
        assert decided.status_code == 200, decided.text
        watch = stage.report.watch()
        ended = creator.wait(
            asked["id"], until=("refused",), seconds_max=REVIEW_SECONDS_MAX, progress=watch
        )
        found.append(f"held by {_rules(asked['decision'])}, then refused: {ended['reason']}")


def _preflight(stage: Stage, prompt: str) -> dict[str, Any]:
    answer = stage.people["creator"].post("/v1/generations/preflight", {"prompt": prompt})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _rules(decision: dict[str, Any]) -> str:
    return ", ".join(f"{reason['rule']}@{reason['version']}" for reason in decision["reasons"])
