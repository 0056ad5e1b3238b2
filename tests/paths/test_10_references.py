"""Step 10: a clip that shows an opted-out work is not released; its people see what was made."""

from dataclasses import replace
from pathlib import Path

import pytest

from generator.base import Line
from generator.procedural import Procedural
from rightsd.adapters import media
from rightsd.worker import handle
from rightsd.workflows import subjects
from tests.daemon import settle
from tests.paths.conftest import CAMEO, World

pytestmark = pytest.mark.slow


class Talkative(Procedural):
    """An engine that has people say what nobody asked for."""

    def plan(self, request):  # noqa: ANN001, ANN201
        planned = super().plan(request)
        said = (Line(0, "I am Nebula Fox"),)
        shots = tuple(replace(shot, dialogue=said) if shot.cast else shot for shot in planned.shots)
        return replace(planned, shots=shots)


def opt_out(world: World) -> str:
    brand = world.clients["rights_holder"]
    work = brand.post("/v1/works", json={"kind": "character", "title": "Nebula Fox"}).json()
    assert brand.post("/v1/optouts", json={"work_id": work["id"]}).status_code == 201
    return work["id"]


def refer(world: World, work_id: str, path: Path) -> None:
    with path.open("rb") as file:
        answer = world.clients["rights_holder"].post(
            f"/v1/works/{work_id}/references", files={"file": file}
        )
    assert answer.status_code == 201, answer.text


def test_what_shows_an_opted_out_work_goes_and_does_not_come_again(
    fresh: World, tmp_path: Path
) -> None:
    made, person = fresh.generate(CAMEO), fresh.clients["person"]
    thumbnail = person.get(f"/v1/uses/{made['id']}/thumbnail")
    assert thumbnail.headers["content-type"] == "image/jpeg"
    assert thumbnail.content.startswith(b"\xff\xd8")
    other = person.get("/v1/uses/gen_" + "0" * 32 + "/thumbnail")
    assert other.status_code == 404
    media.transcode(fresh.download(made["id"]), tmp_path / "own.mp4", crf=28, width=240)

    refer(fresh, opt_out(fresh), tmp_path / "own.mp4")
    settle(fresh.rt)

    assert fresh.show(made["id"])["state"] == "withdrawn"
    again = fresh.generate(CAMEO)
    assert again["state"] == "refused"
    assert {reason["rule"] for reason in again["decision"]["reasons"]} == {"output.opted_out"}
    assert person.get(f"/v1/uses/{again['id']}/thumbnail").status_code == 404
    # The person still sees what was made of them, until they leave.
    assert person.get(f"/v1/uses/{made['id']}/thumbnail").status_code == 200
    subject = person.get("/v1/subjects").json()[0]["id"]
    person.post(f"/v1/subjects/{subject}/unenrol")
    settle(fresh.rt)
    assert subjects.erase_leaving(fresh.rt) == 1
    settle(fresh.rt)
    assert person.get(f"/v1/uses/{made['id']}/thumbnail").status_code == 404


def test_what_an_engine_would_have_said_is_judged_before_it_is_drawn(fresh: World) -> None:
    opt_out(fresh)
    rt = replace(fresh.rt, engine=Talkative())
    asked = fresh.clients["creator"].post("/v1/generations", json=CAMEO).json()

    handle(rt, "generation.produce", asked["id"], last=True)

    ended = fresh.show(asked["id"])
    assert ended["state"] == "refused"
    (reason,) = ended["decision"]["reasons"]
    assert (reason["rule"], reason["evidence"]["part"]) == ("work.opted_out", "dialogue")
    assert ended["progress"] == 0.0
