"""What the demo tells, step by step; each step asserts what it says."""

import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from generator import registry
from generator.base import Request
from rightsd.adapters import media
from rightsd.cli import gate_story, takedown_story
from rightsd.cli.client import Client
from rightsd.cli.stage import EFFECT_SECONDS_MAX, Report, Stage, ms, until, verify_offline

CAST = {"person": "person", "brand": "rights_holder", "creator": "creator"}
ENROLMENT = {"age": {"adult": True}}  # What the person declares of themselves.
STAFF = {"reviewer": "reviewer", "auditor": "auditor", "platform": "platform"}
CAMEO_PROMPT = (
    "Shot 1: @ada waves beside a bouncing red ball in a park at noon, 35mm. "
    'Shot 2: close-up of @ada, who says "this is really me". '
)
PLAIN_PROMPT = (
    "Shot 1: a blue ball bounces in a studio, wide. Shot 2: the ball up close, at sunset."
)
DISGUISES = ("N e b u l a F o x", "Ｎｅｂｕｌａ Ｆｏｘ", "n3bul4 f0x")
GENERATE_SECONDS_MAX = 240.0


def tell(report: Report, url: str, admin_key: str, output: Path) -> None:
    """Tell the whole story."""
    stage = _open(report, url, admin_key, output)
    ada, consent = _grant(stage)
    work_id = _opt_out(stage)
    _refuse(stage)
    gate_story.tell(stage, work_id)
    clip = _generate(stage, "a clip with the consented cameo", CAMEO_PROMPT, "cameo.mp4")
    other = _generate(stage, "another clip", PLAIN_PROMPT, "other.mp4")
    _verify(stage, clip)
    with takedown_story.integrated(stage, clip) as platform:
        takedown_story.suspend_and_lift(stage, clip, ada, platform)
        revocation = _revoke(stage, clip, consent)
        takedown_story.prove(stage, clip, revocation, platform)
        notice = _take_down(stage, other)
    links = {clip["id"]: "safety", revocation: "consent", other["id"]: "copyright"}
    takedown_story.review_incident(
        stage, links | {notice: "copyright", platform.id: "communication"}
    )
    _leave(stage, ada, clip)
    _audit(stage)


def _open(report: Report, url: str, admin_key: str, output: Path) -> Stage:
    with report.step("open accounts for everyone") as found:
        admin = Client(url, admin_key)
        people, ids = {"public": Client(url)}, dict[str, str]()
        for name, role in {**CAST, **STAFF}.items():
            account = admin.create("/v1/accounts", {"role": role, "name": name})
            people[name], ids[name] = Client(url, account["api_key"]), account["id"]
        found.append(", ".join(ids))
    return Stage(report, people, ids, output)


def _grant(stage: Stage) -> tuple[str, str]:
    with stage.report.step("1  a person enrols and consents to one creator") as found:
        person = stage.people["person"]
        subject = person.create("/v1/subjects", ENROLMENT | {"handle": "ada"})
        body = {
            "subject_id": subject["id"],
            "grantee_id": stage.ids["creator"],
            "consent_text": "grant.1.en",
        }
        consent = person.create("/v1/consents", body)
        assert consent["state"] == "granted"
        found.append(f"@ada, {consent['id'][:12]}… granted")
    return subject["id"], consent["id"]


def _opt_out(stage: Stage) -> str:
    with stage.report.step("1  a brand registers a character and opts it out") as found:
        brand = stage.people["brand"]
        body = {"kind": "character", "title": "Nebula Fox", "aliases": ["星雲キツネ", "Nebula-kun"]}
        work = brand.create("/v1/works", body)
        optout = brand.create("/v1/optouts", {"work_id": work["id"]})
        assert optout["state"] == "standing"
        found.append("“Nebula Fox”, three names, opted out")
    return work["id"]


def _refuse(stage: Stage) -> None:
    creator = stage.people["creator"]
    with stage.report.step("2  the opted-out character in disguise is refused") as found:
        for disguise in DISGUISES:
            answer = creator.post("/v1/generations", {"prompt": f"{disguise} runs over a hill"})
            assert answer.status_code == 403, answer.text
            reason = answer.json()["reasons"][0]
            assert reason["rule"] == "work.opted_out"
            assert reason["evidence"]["found"] == disguise
            found.append(f"“{disguise}” by {reason['rule']}@{reason['version']}")
    with stage.report.step("2  someone who has not consented is refused") as found:
        stranger = stage.people["person"].create("/v1/subjects", ENROLMENT | {"handle": "grace"})
        answer = creator.post("/v1/generations", {"prompt": "@grace dances on a stage"})
        assert answer.status_code == 403, answer.text
        reason = answer.json()["reasons"][0]
        assert reason["rule"] == "cameo.consent"
        assert stranger["state"] == "enrolled"
        found.append(f"@grace by {reason['rule']}@{reason['version']}")


def _generate(stage: Stage, what: str, prompt: str, name: str) -> dict[str, Any]:
    creator = stage.people["creator"]
    with stage.report.step(f"3  {what} is made, marked, published") as found:
        asked = creator.create("/v1/generations", {"prompt": prompt, "seed": 7})
        made = creator.wait(
            asked["id"],
            until=("published", "failed", "refused"),
            seconds_max=GENERATE_SECONDS_MAX,
            progress=stage.report.watch(),
        )
        assert made["state"] == "published", made["reason"]
        assert len(made["storyboard"]["shots"]) >= 2
        path = stage.output / name
        answer = creator.save(f"/v1/generations/{asked['id']}/file", path)
        assert answer.status_code == 200, answer.text
        with media.open_video(path) as video:
            assert video.info.has_audio
        found.append(f"{name}, {made['output']['size'] / 1e6:.1f} MB")
        found.append(f"{len(made['storyboard']['shots'])} shots with sound")
    return made


def _verify(stage: Stage, clip: dict[str, Any]) -> None:
    public, source = stage.people["public"], stage.output / "cameo.mp4"

    def expect(path: Path, verdict: str, found: list[str]) -> dict[str, Any]:
        answer = public.verify(path)
        assert answer["verdict"] == verdict, answer
        found.append(f"{verdict}: {answer['reasons'][0]}")
        return answer

    with stage.report.step("4  verify the download") as found:
        answer = expect(source, "genuine", found)
        assert answer["ledger"]["generation_id"] == clip["id"]
    with stage.report.step("4  verify a copy: smaller, re-encoded, no metadata") as found:
        copy = stage.output / "stripped.mp4"
        media.transcode(source, copy, crf=28, width=480)
        answer = expect(copy, "stripped", found)
        assert answer["ledger"]["generation_id"] == clip["id"]
        assert answer["ledger"]["consents"] == clip["decision"]["consents"] != []
        assert answer["watermark"]["generation_id"] == clip["id"], answer["watermark"]
        assert answer["fingerprint"]["generation_id"] == clip["id"]
        found.append("output, consent and decision found")
    with stage.report.step("4  verify an unrelated clip") as found:
        stranger = stage.output / "unrelated.mp4"
        draw_unmarked(stranger)
        expect(stranger, "unknown", found)
    with stage.report.step("4  verify the download with one byte changed") as found:
        changed = stage.output / "altered.mp4"
        changed.write_bytes(flip_media_byte(source.read_bytes()))
        expect(changed, "altered", found)


def _revoke(stage: Stage, clip: dict[str, Any], consent_id: str) -> str:
    creator, person = stage.people["creator"], stage.people["person"]
    with stage.report.step("5  consent is revoked for good while a clip is made") as found:
        flying = creator.create("/v1/generations", {"prompt": CAMEO_PROMPT, "seed": 8})
        watch = stage.report.watch()
        creator.wait(flying["id"], until=("drawing",), seconds_max=60.0, progress=watch)
        called = time.monotonic()
        body = {"scope": "consent", "consent_id": consent_id, "mode": "revoke"}
        revocation = person.create("/v1/revocations", body)
        found.append(f"answered after {ms(called)}")
        answer = creator.get(f"/v1/generations/{clip['id']}/file")
        assert answer.status_code == 410, answer.text
        found.append(f"download gone after {ms(called)}")
        ended = creator.wait(
            flying["id"],
            until=("refused", "published"),
            seconds_max=EFFECT_SECONDS_MAX,
            progress=watch,
        )
        assert ended["state"] == "refused", ended
        found.append(f"work under way dead after {ms(called)}")
        creator.wait(
            clip["id"], until=("withdrawn",), seconds_max=EFFECT_SECONDS_MAX, progress=watch
        )
        found.append(f"row withdrawn after {ms(called)}")
    with stage.report.step("5  verify says so, for file and copy") as found:
        for name in ("cameo.mp4", "stripped.mp4"):
            verdict = stage.people["public"].verify(stage.output / name)
            assert verdict["verdict"] == "withdrawn", verdict
            found.append(f"{name}: withdrawn")
    return revocation["id"]


def _take_down(stage: Stage, other: dict[str, Any]) -> str:
    public, reviewer = stage.people["public"], stage.people["reviewer"]
    with stage.report.step("6  a notice without an account is upheld") as found:
        notice = public.create(
            "/v1/notices",
            {
                "generation_id": other["id"],
                "kind": "copyright",
                "name": "A. Claimant",
                "email": "claimant@example.org",
                "signature": "A. Claimant",
                "work": "The Ball, registered design",
                "statement": "The ball is my work, and I did not license it.",
                "good_faith": True,
                "accurate": True,
                "authorised": True,
            },
        )
        assert any(n["id"] == notice["id"] for n in reviewer.get("/v1/notices").json())
        called = time.monotonic()
        reason = {"reason": "The claimant showed the registered design."}
        answer = reviewer.post(f"/v1/notices/{notice['id']}/uphold", reason)
        assert answer.json()["state"] == "upheld", answer.text
        answer = stage.people["creator"].get(f"/v1/generations/{other['id']}/file")
        assert answer.status_code == 410, answer.text
        found.append(f"{notice['id'][:12]}… upheld, download gone after {ms(called)}")
    with stage.report.step("6  a re-upload of a copy is recognised") as found:
        copy = stage.output / "reupload.mp4"
        media.transcode(stage.output / "other.mp4", copy, crf=30, width=480)
        verdict = public.verify(copy)
        assert verdict["verdict"] == "withdrawn", verdict
        assert verdict["ledger"]["generation_id"] == other["id"]
        found.append(f"withdrawn: {verdict['reasons'][-1]}")
    return notice["id"]


def _leave(stage: Stage, ada: str, clip: dict[str, Any]) -> None:
    person, creator = stage.people["person"], stage.people["creator"]
    with stage.report.step("7  the person takes their face back") as found:
        called = time.monotonic()
        answer = person.post(f"/v1/subjects/{ada}/unenrol")
        assert answer.status_code == 200, answer.text
        found.append(f"answered after {ms(called)}")
        until(lambda: _state_of(person, ada) == "erased", "nobody was erased")
        found.append(f"key, words and clips destroyed after {ms(called)}")
        assert creator.get(f"/v1/generations/{clip['id']}").json()["prompt"] == ""
        verdict = stage.people["public"].verify(stage.output / "cameo.mp4")
        assert verdict["verdict"] == "withdrawn", verdict
        found.append("a copy that is still about is known: withdrawn")


def _state_of(person: Client, subject_id: str) -> str:
    subjects = person.get("/v1/subjects").json()
    return next(one["state"] for one in subjects if one["id"] == subject_id)


def _audit(stage: Stage) -> None:
    bundle, bad = stage.output / "audit.tar", stage.output / "audit-tampered.tar"
    with stage.report.step("8  the audit bundle verifies offline") as found:
        answer = stage.people["auditor"].save("/v1/exports/audit.tar", bundle)
        assert answer.status_code == 200, answer.text
        code, said = verify_offline(bundle)
        assert code == 0, said
        found.append(said.splitlines()[0])
    with stage.report.step("8  a bundle with one flipped bit does not") as found:
        content = bytearray(bundle.read_bytes())
        place = content.index(b"consent.revoked")
        content[place] ^= 1
        bad.write_bytes(content)
        code, said = verify_offline(bad)
        assert code != 0, said
        assert "tile/entries" in said, said
        found.append(said.strip().removeprefix("rightsd: "))


def draw_unmarked(path: Path) -> None:
    """Write a clip of the same engine that never passed the gate and carries no mark."""
    engine = registry.engine("procedural")
    request = Request("rain on a street at night, two cars", 99, 3.0, 640, 360, Fraction(24))
    clip = engine.generate(request, engine.plan(request), progress=lambda _share: None)
    media.write_video(
        path, width=640, height=360, fps=Fraction(24), frames=clip.frames,
        audio=clip.audio, rate=clip.rate,
    )  # fmt: skip


def flip_media_byte(content: bytes) -> bytes:
    """Return an MP4 with one bit changed in the middle of its pictures and sounds."""
    place = content.rindex(b"mdat")
    middle = (place + len(content)) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
