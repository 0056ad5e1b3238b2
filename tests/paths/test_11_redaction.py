"""Step 11: what the manifest repository serves, before and after a permission ends."""

import hashlib
import struct
from pathlib import Path

import c2pa
import pytest

from ledger import entry, log
from rightsd.adapters import c2pa_child, jose, sdjwt, statuslist
from rightsd.db import thumbnails
from rightsd.domain import credential, status
from rightsd.domain.events import Event, from_body
from rightsd.workflows import manifests, subjects
from rightsd.workflows.exports import verifying, writing
from tests.daemon import settle
from tests.paths.conftest import CAMEO, PLAIN, World
from tests.paths.test_4_forgeries import store_box
from tests.paths.test_5_revocation import revoke
from tests.paths.test_6_takedown import give_notice

pytestmark = pytest.mark.slow


def ask(world: World, name: str, expected: int = 200) -> bytes:
    answer = world.clients["public"].get(f"/v1/manifests/{name}")
    assert answer.status_code == expected, answer.text
    assert answer.headers["cache-control"] == "no-store"
    if expected == 200:
        assert answer.headers["content-type"] == "application/c2pa"
    return answer.content


def picture(world: World, generation_id: str) -> bytes:
    """A stretch from the middle of the thumbnail: the beginnings of JPEGs are alike."""
    with world.rt.transaction() as tx:
        jpeg = thumbnails.find(tx, generation_id)
    assert jpeg is not None
    return jpeg[len(jpeg) // 2 :][:64]


def status_of(world: World) -> int:
    public = world.clients["public"]
    keys = jose.parse_key_set(public.get("/.well-known/jwks.json").content)
    index, uri = world.ids["status"].split(" ")
    token = public.get(uri.removeprefix(world.rt.issuer.url)).text
    claims = jose.verify(token, keys, typ=statuslist.TYP).claims
    return statuslist.status_of(claims["status_list"], int(index))


def note_status(world: World) -> None:
    """Remember where the status of the consent is told."""
    public = world.clients["public"]
    keys = jose.parse_key_set(public.get("/.well-known/jwks.json").content)
    url = f"/v1/consents/{world.ids['consent']}/credential"
    shown = sdjwt.verify(world.clients["creator"].get(url).text, keys, typ=credential.TYP)
    place = statuslist.place_of(shown.claims)
    assert place is not None
    world.ids["status"] = f"{place[0]} {place[1]}"


def redactions(world: World, manifest_id: str) -> list[Event]:
    with world.rt.transaction() as tx:
        return [from_body(entry.decode(body)) for body in log.bodies_about(tx.conn, manifest_id)]


def embed(path: Path, update: bytes) -> Path:
    """Put the store of an update manifest beside the one in a file, as C2PA has it for MP4."""
    content = path.read_bytes()
    start, _ = store_box(content)
    purpose = start + 28
    assert content[purpose:].startswith(b"manifest\0")
    said = content[start + 8 : purpose] + b"update\0" + bytes(8) + update
    box = struct.pack(">I", 8 + len(said)) + b"uuid" + said
    updated = path.with_suffix(".updated.mp4")
    updated.write_bytes(content[:purpose] + b"original" + content[purpose + 8 :] + box)
    return updated


def state_over(world: World, path: Path, store: bytes) -> str | None:
    """What the library says of a store, held against the output."""
    settings = c2pa_child.context(world.rt.credentials.anchors.claims_pem)
    with path.open("rb") as file, c2pa.Reader("video/mp4", file, store, settings) as reader:
        return reader.get_validation_state()


def test_the_repository_and_the_status_list_flip_with_the_commit(fresh: World) -> None:
    made = fresh.generate(CAMEO)
    path, manifest_id = fresh.download(made["id"]), made["output"]["manifest_id"]
    note_status(fresh)
    seen = picture(fresh, made["id"])
    original = ask(fresh, manifest_id)
    assert ask(fresh, made["id"]) == original
    assert original in path.read_bytes()
    assert seen in original
    assert fresh.verify(path)["redaction"] is None
    assert status_of(fresh) == status.Status.VALID

    revoke(fresh)

    # No worker has run: the original is not served, and the list says so, in the same moment.
    assert b"being redacted" in ask(fresh, manifest_id, 503)
    assert status_of(fresh) == status.Status.INVALID

    settle(fresh.rt)
    redacted = ask(fresh, manifest_id)
    assert seen not in redacted
    assert state_over(fresh, path, redacted) == "Trusted"
    (event,) = redactions(fresh, manifest_id)
    assert event.kind == "manifest.redacted"
    assert event.data["assertions"] == ["c2pa.thumbnail.claim"]
    assert event.data["reason"] == "c2pa.PII.present"
    assert event.data["original_sha256"] == hashlib.sha256(original).hexdigest()
    assert event.data["sha256"] == hashlib.sha256(redacted).hexdigest()
    assert ask(fresh, str(event.data["update_id"])) == redacted
    shown = fresh.verify(path)["redaction"]
    assert (shown["manifest_id"], shown["update_id"], shown["assertions"]) == (
        manifest_id,
        event.data["update_id"],
        ["c2pa.thumbnail.claim"],
    )

    updated = fresh.verify(embed(path, redacted), layers="manifest")
    assert (updated["verdict"], updated["manifest"]["manifest_id"]) == (
        "withdrawn",
        event.data["update_id"],
    )
    assert updated["manifest"]["generation_id"] == made["id"]

    # Done again, it changes nothing.
    manifests.redact(fresh.rt, made["id"])
    settle(fresh.rt)
    assert redactions(fresh, manifest_id) == [event]
    assert ask(fresh, manifest_id) == redacted

    # And when the person leaves, even that is gone; the log still holds.
    with fresh.rt.transaction() as tx:
        subjects.unenrol_for(tx, *tx.conn.execute("SELECT id FROM rights.subject").fetchone())
    subjects.erase_leaving(fresh.rt)
    assert b"has left" in ask(fresh, manifest_id, 410)
    settle(fresh.rt)
    assert b"has left" in ask(fresh, manifest_id, 410)
    with fresh.rt.transaction() as tx:
        ((kept,),) = tx.conn.execute("SELECT sealed FROM rights.redaction").fetchall()
    assert kept is None
    bundle = fresh.folder / "audit.tar"
    with bundle.open("wb") as file:
        writing.audit(fresh.rt, file)
    trust = verifying.trust_keys([fresh.rt.log_keys.make(1).vkey])
    assert verifying.verify(bundle, trust).standing["manifest", "redacted"] == 1


def test_a_takedown_redacts_too_and_one_that_nobody_is_in_says_another_reason(
    fresh: World,
) -> None:
    made = fresh.generate(PLAIN)
    manifest_id, seen = made["output"]["manifest_id"], picture(fresh, made["id"])
    notice = give_notice(fresh, made["id"])
    assert seen in ask(fresh, manifest_id)

    fresh.clients["reviewer"].post(f"/v1/notices/{notice['id']}/uphold", json={"reason": "So."})

    assert b"being redacted" in ask(fresh, manifest_id, 503)
    settle(fresh.rt)
    assert seen not in ask(fresh, manifest_id)
    (event,) = redactions(fresh, manifest_id)
    assert event.data["reason"] == "org.rightsd.withdrawn"

    token = {"Notice-Token": notice["token"]}
    fresh.clients["public"].post(f"/v1/notices/{notice['id']}/retract", headers=token)
    settle(fresh.rt)
    assert fresh.show(made["id"])["state"] == "published"
    assert seen in ask(fresh, manifest_id)
    assert seen in ask(fresh, str(event.data["update_id"]))
