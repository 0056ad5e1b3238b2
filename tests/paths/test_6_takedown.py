"""Step 6: a notice without an account takes a clip down, and it stays down."""

import json
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fingerprint import pdq
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.workflows.notices import closing
from tests.daemon import settle
from tests.paths.conftest import PLAIN, World

pytestmark = pytest.mark.slow

NOTICE = {
    "kind": "copyright",
    "name": "A. Claimant",
    "email": "a@example.org",
    "signature": "A. Claimant",
    "work": "The Ball, a film of 2029",
    "statement": "It is my ball.",
    "good_faith": True,
    "accurate": True,
    "authorised": True,
}


def give_notice(world: World, generation_id: str) -> dict:
    answer = world.clients["public"].post(
        "/v1/notices", json=NOTICE | {"generation_id": generation_id}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def crop(path: Path, to: Path) -> None:
    """Write what is in the middle of a clip, from which its fingerprint does not tell it."""
    with media.open_video(path) as video:
        frames = np.concatenate([chunk.frames for chunk in video])
    high, wide = frames.shape[1] // 8, frames.shape[2] // 8
    part = np.ascontiguousarray(frames[:, high:-high, wide:-wide][:, :134, :240])
    media.write_video(to, width=240, height=134, fps=Fraction(24), frames=[part], audio=None)


def refused_with(world: World, path: Path) -> list[str]:
    """Ask for a clip with a reference, which is refused; return the rules that say so."""
    with path.open("rb") as file:
        sent = world.clients["creator"].post("/v1/references", files={"file": file})
    assert sent.status_code == 201, sent.text
    body = PLAIN | {"references": [sent.json()["id"]]}
    answer = world.clients["creator"].post("/v1/generations", json=body)
    assert answer.status_code == 403, answer.text
    return [reason["rule"] for reason in answer.json()["reasons"]]


def looked_up(world: World, path: Path) -> list[int]:
    """Look a file up as a platform does, by the PDQ hash of its first frame."""
    with media.open_video(path) as video:
        code, _ = pdq.hash_frame(next(iter(video)).frames[0])
    query = {"signal": code.hex(), "signal_type": "pdq"}
    return world.clients["platform"].get("/m/raw_lookup", params=query).json()["matches"]


def test_an_upheld_notice_takes_down_and_keeps_down(fresh: World, tmp_path: Path) -> None:
    made = fresh.generate(PLAIN)
    path = fresh.download(made["id"])
    notice = give_notice(fresh, made["id"])
    queue = fresh.clients["reviewer"].get("/v1/notices").json()
    assert [(n["id"], n["statement"]) for n in queue] == [(notice["id"], NOTICE["statement"])]

    url = f"/v1/notices/{notice['id']}"
    answer = fresh.clients["reviewer"].post(f"{url}/uphold", json={"reason": "It is."})

    assert answer.json()["state"] == "upheld"
    assert fresh.clients["creator"].get(f"/v1/generations/{made['id']}/file").status_code == 410
    settle(fresh.rt)
    assert fresh.show(made["id"])["state"] == "withdrawn"
    shown = fresh.clients["public"].get(url, headers={"Notice-Token": notice["token"]})
    assert (shown.json()["state"], shown.json()["reason"]) == ("upheld", "It is.")

    # A re-upload of a copy is recognised.
    media.transcode(path, tmp_path / "copy.mp4", crf=28, width=240)
    verified = fresh.verify(tmp_path / "copy.mp4")
    assert (verified["verdict"], verified["grounds"]) == ("withdrawn", ["copyright"])
    # Nor can it be sent with a request: not even a part of it, which its mark gives away.
    part = tmp_path / "part.mp4"
    crop(path, part)
    assert fresh.rt.match(files.describe(part, limits=media.LIMITS).content) == []
    assert "output.taken_down" in refused_with(fresh, part)
    # Who knows it by a hash of their own finds it, too.
    (listed,) = fresh.clients["platform"].get("/v1/hashes").json()["entries"]
    assert (listed["id"], listed["sha256"]) == (made["id"], made["output"]["sha256"])
    assert listed["md5"] == files.digest(path, "md5")
    assert looked_up(fresh, tmp_path / "copy.mp4") == [listed["content_id"]]

    # The same clip asked for again is made, recognised, and refused.
    again = fresh.generate(PLAIN)
    assert again["state"] == "refused"
    assert "taken down" in again["reason"]


def test_a_file_or_a_frame_tells_which_output_is_meant(fresh: World, tmp_path: Path) -> None:
    made = fresh.generate(PLAIN)
    media.transcode(fresh.download(made["id"]), tmp_path / "copy.mp4", crf=28, width=240)
    with media.open_video(tmp_path / "copy.mp4") as video:
        chunk = next(iter(video))
    Image.fromarray(chunk.frames[0]).save(tmp_path / "frame.png")
    public = fresh.clients["public"]

    for name in ("copy.mp4", "frame.png"):
        content = (tmp_path / name).read_bytes()
        answer = public.post(
            "/v1/notices/media",
            data={"notice": json.dumps(NOTICE)},
            files={"file": (name, content)},
        )
        candidates = public.post("/v1/notices/candidates", files={"file": (name, content)})

        assert answer.status_code == 201, answer.text
        assert answer.json()["generation_id"] == made["id"]
        assert answer.json()["state"] == "received"
        assert candidates.json()[0]["generation_id"] == made["id"]
    # A reviewer identifies by them what a notice only describes.
    vague = NOTICE | {"kind": "illegal", "location": "the clip with the ball"}
    described = public.post("/v1/notices", json=vague).json()
    found = fresh.clients["reviewer"].post(
        f"/v1/notices/{described['id']}/identify-media", files={"file": ("frame.png", content)}
    )
    assert (described["state"], described["generation_id"]) == ("deficient", None)
    assert (found.json()["state"], found.json()["generation_id"]) == ("received", made["id"])

    nothing = Image.new("RGB", (320, 180), (200, 10, 90))
    nothing.save(tmp_path / "other.png")
    other = public.post(
        "/v1/notices/media",
        data={"notice": json.dumps(NOTICE)},
        files={"file": ("other.png", (tmp_path / "other.png").read_bytes())},
    )
    assert other.status_code == 404


def test_a_counter_notice_brings_back_the_clip_and_its_copies(fresh: World) -> None:
    made, twin = fresh.generate(PLAIN), fresh.generate(PLAIN)
    notice = give_notice(fresh, made["id"])
    url = f"/v1/notices/{notice['id']}"
    fresh.clients["reviewer"].post(f"{url}/uphold", json={"reason": "So."})
    settle(fresh.rt)
    said = {
        "name": "C. Maker",
        "address": "1 Road",
        "telephone": "+1 555 0100",
        "signature": "C. Maker",
        "material": "the ball",
        "statement": "It is mine.",
        "mistaken": True,
        "jurisdiction": True,
        "service": True,
    }

    countered = fresh.clients["creator"].post(f"{url}/counter", json=said).json()
    (clock,) = countered["clocks"]
    day = datetime.fromisoformat(clock["not_before"])
    closing.restore_due(replace(fresh.rt, clock=lambda: day))
    settle(fresh.rt)

    assert (clock["what"], clock["regime"]) == ("restore", "us-dmca-512c")
    seen = fresh.clients["public"].get(url, headers={"Notice-Token": notice["token"]}).json()
    assert (seen["state"], seen["counter"]["name"]) == ("restored", "C. Maker")
    assert [fresh.show(each["id"])["state"] for each in (made, twin)] == ["published"] * 2
    assert fresh.clients["creator"].get(f"/v1/generations/{made['id']}/file").status_code == 200
    statements = fresh.clients["creator"].get(f"{url}/statements").json()
    assert [each["outcome"] for each in statements] == ["disabled", "restored"]


def test_copies_that_are_out_already_go_too(fresh: World) -> None:
    made, twin = fresh.generate(PLAIN), fresh.generate(PLAIN)
    path = fresh.download(twin["id"])
    notice = give_notice(fresh, made["id"])

    fresh.clients["reviewer"].post(f"/v1/notices/{notice['id']}/uphold", json={"reason": "So."})
    settle(fresh.rt)

    assert [fresh.show(each["id"])["state"] for each in (made, twin)] == ["withdrawn"] * 2
    assert fresh.verify(path)["verdict"] == "withdrawn"


def test_a_rejected_or_retracted_notice_changes_nothing(fresh: World) -> None:
    made = fresh.generate(PLAIN)
    rejected, retracted = give_notice(fresh, made["id"]), give_notice(fresh, made["id"])

    answer = fresh.clients["reviewer"].post(
        f"/v1/notices/{rejected['id']}/reject", json={"reason": "It is not."}
    )
    assert answer.json()["state"] == "rejected"
    wrong = fresh.clients["public"].post(
        f"/v1/notices/{retracted['id']}/retract", headers={"Notice-Token": "guess"}
    )
    assert wrong.status_code == 404
    right = fresh.clients["public"].post(
        f"/v1/notices/{retracted['id']}/retract", headers={"Notice-Token": retracted["token"]}
    )
    assert right.json()["state"] == "retracted"
    settle(fresh.rt)
    assert fresh.clients["creator"].get(f"/v1/generations/{made['id']}/file").status_code == 200
