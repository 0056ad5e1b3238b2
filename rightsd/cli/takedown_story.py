"""What the demo tells of taking back: suspended, restored, revoked, and proven to be gone."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rightsd.cli.receiver import Event, Receiver
from rightsd.cli.stage import Stage, ms, until, verify_offline

PORTRAYAL = "@ada reads the news in a park"
LESSONS = {
    "impact": "Two clips were out, and one copy on a platform.",
    "cause": "The person changed her mind, and a claimant knew a design.",
    "worked": "Everything was gone with the commit; the platform answered within seconds.",
    "changes": "None.",
}


@dataclass(frozen=True, slots=True)
class Integration:
    """The platform of the demo: its server, and what it is here."""

    receiver: Receiver
    id: str


@contextmanager
def integrated(stage: Stage, clip: dict[str, Any]) -> Generator[Integration]:
    """Register a platform whose server runs until the block is left, and which shows the clip."""
    receiver = Receiver()
    with receiver.serving():
        with stage.report.step("5  a platform registers, and shows a copy of the clip") as found:
            platform = stage.people["platform"]
            body = {
                "name": "Clips",
                "url": receiver.url,
                "contact": "desk@clips.example",
                "schemes": ["v1a"],
                "capabilities": ["remove", "restore"],
                "acknowledge_hours": 1,
                "remove_hours": 24,
                "acknowledgement_key": receiver.acknowledgement_key,
            }
            registered = platform.create("/v1/platforms", body)
            receiver.public_keys = registered["public_keys"]
            pinged = platform.post(f"/v1/platforms/{registered['id']}/ping").json()
            assert pinged == {"status": 204, "trouble": None}, pinged
            receiver.next("platform.pinged")
            found.append("a signed test webhook arrived and verified")
            _show_copy(stage, clip, 1)
            found.append("one copy noted")
        yield Integration(receiver, registered["id"])


def suspend_and_lift(stage: Stage, clip: dict[str, Any], subject_id: str, on: Integration) -> None:
    """Tell how a person stops everything about them with one call, and lets it go on."""
    person, creator, file = stage.people["person"], stage.people["creator"], _file(clip)
    with stage.report.step("5  the person suspends all uses of them, in one call") as found:
        called = time.monotonic()
        body = {"scope": "subject", "subject_id": subject_id, "mode": "suspend"}
        suspension = person.create("/v1/revocations", body)
        found.append(f"answered after {ms(called)}")
        assert creator.get(file).status_code == 410
        found.append(f"download gone after {ms(called)}")
        refused = creator.post("/v1/generations/preflight", {"prompt": PORTRAYAL}).json()
        assert refused["outcome"] == "refuse", refused
        found.append(f"new uses refused after {ms(called)}")
        told = _told(on, "generation.withdrawn", clip)
        found.append(f"platform told after {ms(called)}")
        verdict = stage.people["public"].verify(stage.output / "stripped.mp4")
        assert verdict["verdict"] == "withdrawn", verdict
        found.append("a stripped copy is known: withdrawn")
        _answer(stage, on, told)
        found.append("the platform signed: removed")
    with stage.report.step("5  the person lifts it, and the clip is back") as found:
        called = time.monotonic()
        lifted = person.post(f"/v1/revocations/{suspension['id']}/lift").json()
        assert lifted["state"] == "lifted", lifted
        until(lambda: creator.get(file).status_code == 200, "the clip did not come back")
        found.append(f"download back after {ms(called)}")
        _told(on, "generation.restored", clip)
        found.append(f"platform told after {ms(called)}")
        _show_copy(stage, clip, 2)


def prove(stage: Stage, clip: dict[str, Any], revocation_id: str, on: Integration) -> None:
    """Tell what the platform answers to a final revocation, and how anyone can check all of it."""
    person = stage.people["person"]
    with stage.report.step("5  the platform removes its copies, and signs that") as found:
        told = _told(on, "generation.withdrawn", clip)
        acknowledgement_id = _answer(stage, on, told)
        copies = stage.people["platform"].get("/v1/copies").json()
        assert [copy["state"] for copy in copies] == ["removed", "removed"], copies
        found.append("signed under its own key; no copy is noted any more")
    with stage.report.step("5  the stopwatch of the revocation") as found:
        watch = person.get(f"/v1/stopwatches/{revocation_id}").json()
        (laps,) = watch["platforms"]
        assert (watch["dead"]["count"], watch["withdrawn"]["count"]) == (1, 1), watch
        assert (laps["platform_id"], laps["deliveries"]) == (on.id, 1), laps
        for what, lap in (
            ("work under way dead", watch["dead"]),
            ("output withdrawn", watch["withdrawn"]),
            ("platform told", laps["told"]),
            ("platform answered", laps["answered"]),
        ):
            assert lap["count"] == 1, (what, lap)
            found.append(f"{what} after {1000 * lap['seconds']:.0f} ms")
    with stage.report.step("5  the proof of the takedown verifies offline") as found:
        proof = stage.output / "takedown.tar"

        def is_whole() -> bool:
            answer = person.save(f"/v1/takedowns/{revocation_id}/proof", proof)
            assert answer.status_code == 200, answer.text
            return acknowledgement_id.encode() in proof.read_bytes()

        until(is_whole, "the acknowledgement did not come into the log")
        code, said = verify_offline(proof)
        assert code == 0, said
        assert "platforms signed an answer" in said, said
        found.extend(line for line in said.splitlines() if line.startswith("proven: 1 outputs"))
        found.extend(line for line in said.splitlines() if "signed an answer" in line)


def review_incident(stage: Stage, links: dict[str, str]) -> None:
    """Tell the case as one incident, from its opening to its post-mortem."""
    reviewer = stage.people["reviewer"]
    with stage.report.step("6  all of it is one incident, with a post-mortem") as found:
        body = {
            "title": "A cameo taken back, and a clip with a protected design",
            "severity": "high",
            "links": [{"thing_id": thing, "strand": strand} for thing, strand in links.items()],
        }
        incident = f"/v1/incidents/{reviewer.create('/v1/incidents', body)['id']}"
        note = {"strand": "communication", "text": "The platform was told by webhook."}
        reviewer.create(f"{incident}/notes", note)
        dossier = reviewer.get(incident).json()
        for step in dossier["steps"]:
            _done(reviewer.post(f"{incident}/advance", {"step_id": step["id"]}))
        for state in ("contained", "resolved"):
            _done(reviewer.post(f"{incident}/turn", {"state": state}))
        _done(reviewer.post(f"{incident}/close", LESSONS))
        path = stage.output / "postmortem.md"
        _done(stage.people["auditor"].save(f"{incident}/postmortem", path))
        told = path.read_text(encoding="utf-8")
        assert all(thing in told for thing in links), told
        assert LESSONS["cause"] in told, told
        found.append(f"{len(links)} things, {len(dossier['steps'])} steps done, closed")
        found.append(f"{path.name}, {len(told.splitlines())} lines")


def _told(on: Integration, kind: str, clip: dict[str, Any]) -> Event:
    data = on.receiver.next(kind)
    assert data["generation_id"] == clip["id"], data
    assert data["output_sha256"] == clip["output"]["sha256"], data
    assert data["cause"] in {"revocation", "consent"}, data
    return data


def _answer(stage: Stage, on: Integration, told: Event) -> str:
    """Acknowledge a withdrawal as the platform, and return the id of the acknowledgement."""
    path = f"/v1/deliveries/{told['delivery_id']}/acknowledgements"
    taken = stage.people["platform"].create(path, on.receiver.removal(on.id, told))
    assert taken["outcome"] == "removed", taken
    return taken["id"]


def _done(answer: Any) -> None:
    assert answer.status_code == 200, answer.text


def _show_copy(stage: Stage, clip: dict[str, Any], number: int) -> None:
    copy = {
        "generation_id": clip["id"],
        "url": f"https://clips.example/watch/{number}",
        "published_at": datetime.now(UTC).isoformat(),
    }
    noted = stage.people["platform"].create("/v1/copies", copy)
    assert noted["state"] == "noted", noted


def _file(clip: dict[str, Any]) -> str:
    return f"/v1/generations/{clip['id']}/file"
