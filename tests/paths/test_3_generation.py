"""Step 3: the clip is made, gets all its marks, and only then can be downloaded."""

import hashlib
import json
from pathlib import Path

from ledger import note, proof
from ledger.entry import commit
from rightsd.adapters import c2pa, media
from tests.paths.conftest import World, query
from watermark.detect import Detector


def test_the_file_has_two_shots_and_sound(clip: dict, file: Path) -> None:
    with media.open_video(file) as video:
        frames = sum(len(chunk.frames) for chunk in video)

    assert (video.info.width, video.info.height, frames) == (320, 180, 72)
    assert video.info.has_audio
    samples, _ = media.read_audio(file) or (None, 0)
    assert samples is not None
    assert abs(samples).max() > 0.01
    assert len(clip["storyboard"]["shots"]) == 2


def test_every_mark_is_in_the_file_and_on_record(world: World, clip: dict, file: Path) -> None:
    credential = world.rt.credentials.read(file)
    with media.open_video(file) as video:
        detection = Detector(*world.rt.watermark_keys.all()).detect(chunk.frames for chunk in video)

    ((watermark_id, manifest_id, sha256, event_id),) = query(
        world.rt,
        "SELECT watermark_id, manifest_id, sha256, event_id FROM rights.generation"
        f" WHERE id = '{clip['id']}'",
    )
    assert credential.state is c2pa.State.TRUSTED
    assert credential.manifest_id == manifest_id
    assert credential.rights is not None
    assert (credential.rights.decision_id, credential.rights.event_id) == (clip["id"], event_id)
    assert detection.payload_id == watermark_id
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    ((moments,),) = query(
        world.rt, f"SELECT count(*) FROM rights.fingerprint WHERE generation_id = '{clip['id']}'"
    )
    assert moments >= 2


def test_the_publication_is_proved_by_the_log(world: World, clip: dict) -> None:
    event_id = clip["output"]["event_id"]

    answer = world.clients["public"].get(f"/v1/ledger/proofs/{event_id}")

    entry = query(world.rt, f"SELECT body FROM ledger.entry WHERE event_id = '{event_id}'")[0][0]
    key = note.parse_vkey(world.rt.log_keys.make(1).vkey)
    assert b"generation.published" in entry
    proof.verify(answer.content, entry, key)


def test_a_generation_under_way_has_no_file(world: World) -> None:
    body = {"prompt": "a green ball", "seconds": 1, "width": 320, "height": 180}
    asked = world.generate(body, work=False)

    answer = world.clients["creator"].get(f"/v1/generations/{asked['id']}/file")

    assert answer.status_code == 409
    assert asked["state"] == "requested"


def test_what_cannot_be_drawn_fails_with_a_reason(world: World) -> None:
    shots = " ".join(f"Shot {number}: a ball." for number in range(1, 101))
    body = {"prompt": shots, "seconds": 1, "width": 320, "height": 180}

    failed = world.generate(body)

    assert failed["state"] in {"failed", "published"}
    if failed["state"] == "failed":
        assert failed["reason"]


def test_its_owner_can_open_the_commitment_in_the_log(world: World, clip: dict) -> None:
    shown = world.show(clip["id"])
    ((body,),) = query(
        world.rt,
        f"SELECT body FROM ledger.entry WHERE subject = '{clip['id']}' ORDER BY \"index\" LIMIT 1",
    )

    salt = bytes.fromhex(shown["commitment_salt"])
    committed = commit(salt, shown["prompt"].encode()).hex()
    assert json.loads(body)["data"]["request"] == committed
