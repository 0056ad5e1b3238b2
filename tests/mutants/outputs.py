"""Real outputs of each format to change, and what has to be true of every answer about one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

from fingerprint import descriptor
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.db import generations
from rightsd.domain import manifest
from rightsd.domain.manifest import DAEMON, OutputFacts, RightsFacts, SoftBinding
from rightsd.domain.principal import Principal, Role
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import marking, requests
from tests import people
from tests.daemon import settle
from tests.mutants.changes import Mutant, Original
from tests.mutants.containers import CONTAINERS, MP4, Container
from watermark import keys

PROMPTS = (
    "Shot 1: a red ball bounces in a park. Shot 2: the ball up close.",
    "a green ball rolls on a beach at dusk",
)
PROBLEM = "application/problem+json"


def make(rt: Runtime, folder: Path, *, seconds: int = 2) -> list[Original]:
    """Return originals, one of each format, of outputs that are out and may be shown.

    The engine makes MP4. A picture is a still of it that is signed by the same key and on record as
    an output by its manifest and its digest, as a clip is.
    """
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        asked = [
            requests.request(
                tx,
                creator,
                wanted=people.wanted(prompt, seed=5, seconds=seconds, width=128, height=96),
            ).id
            for prompt in PROMPTS
        ]
    settle(rt)
    made: dict[str, list[bytes]] = {container.suffix: [] for container in CONTAINERS}
    for generation_id in asked:
        with rt.transaction() as tx:
            generation = requests.view(tx, creator, generation_id).generation
        output = generation.output
        assert output is not None, (generation.state, generation.reason)
        clip = folder / f"{generation_id}.mp4"
        rt.blobs.save(output.sha256, clip)
        made["mp4"].append(clip.read_bytes())
        picture = frames(clip)[-1]
        for container in CONTAINERS:
            if container is not MP4:
                still = _still(rt, creator, picture, folder, container)
                made[container.suffix].append(still)
    return [
        Original(one, other, container)
        for container in CONTAINERS
        for one, other in [made[container.suffix]]
    ]


def frames(path: Path) -> Frames:
    with media.open_video(path) as video:
        return np.concatenate([chunk.frames for chunk in video])


def _still(
    rt: Runtime, creator: Principal, picture: Frames, folder: Path, container: Container
) -> bytes:
    plain, signed = (folder / f"{name}.{container.suffix}" for name in ("plain", "signed"))
    Image.fromarray(picture).save(plain)
    with rt.transaction() as tx:
        released = people.published(tx, creator)
    media_type = {"jpg": "image/jpeg", "png": "image/png"}[container.suffix]
    definition = manifest.definition(
        OutputFacts(released.id, media_type, marking.label_for(rt, released)),
        claim_generator=DAEMON,
        watermark=SoftBinding(keys.ALGORITHM, "0"),
        fingerprint=SoftBinding(descriptor.ALGORITHM, "0"),
        rights=RightsFacts(released.id, "2026-11.1", rt.log_keys.origin, "evt_1"),
    )
    made = rt.credentials.sign(
        plain, signed, definition=definition, thumbnail=media.jpeg(picture, width_max=64)
    )
    content = signed.read_bytes()
    assert released.output is not None
    with rt.transaction() as tx:
        sha256 = rt.blobs.put(signed)
        output = replace(
            released.output, sha256=sha256, size=len(content), manifest_id=made.manifest_id
        )
        generations.update(tx, replace(released, output=output))
    return content


@dataclass
class Tally:
    """What was said of many files.

    Attributes:
        folder: For files under way.
        said: How often there was which verdict or problem.
        rightly: How many are called genuine, and differ only in what no signature covers.
        falsely: The names of those that are called genuine and are not.
        unclear: The names of those of which nothing clear was said, and what was said.
        shown: What the originals show, by format.
    """

    folder: Path
    said: Counter[str] = field(default_factory=Counter[str])
    rightly: int = 0
    falsely: list[str] = field(default_factory=list[str])
    unclear: list[str] = field(default_factory=list[str])
    shown: dict[str, Frames] = field(default_factory=dict[str, Frames])

    def take(self, mutant: Mutant, answer: httpx.Response) -> None:
        """Take in what was said of a changed output."""
        said = answer.json() if _is_clear(answer) else {}
        if not said:
            self.unclear.append(f"{mutant.name}: {answer.status_code} {answer.text[:200]}")
        elif answer.status_code != httpx.codes.OK:
            self.said[said["type"].rsplit("/", 1)[-1]] += 1
        else:
            self.said[said["verdict"]] += 1
            if said["manifest"]["exact"] or (
                said["verdict"] == "genuine" and not self._is_as_good(mutant)
            ):
                self.falsely.append(mutant.name)
            elif said["verdict"] == "genuine":
                self.rightly += 1

    def _is_as_good(self, mutant: Mutant) -> bool:
        """Whether all that is signed is as it was, and all that is shown looks as it did."""
        suffix = mutant.original.container.suffix
        if suffix not in self.shown:
            self.shown[suffix] = self._frames(mutant.original.data, suffix)
        try:
            alike = np.array_equal(self._frames(mutant.data, suffix), self.shown[suffix])
        except RightsError:
            alike = True  # What does not play shows nothing else.
        return alike and mutant.is_covered_alike

    def _frames(self, data: bytes, suffix: str) -> Frames:
        path = self.folder / f"file.{suffix}"
        path.write_bytes(data)
        return frames(path)


def ask(client: TestClient, mutant: Mutant, *, layers: str = "all") -> httpx.Response:
    """Ask what a changed output is."""
    return client.post(
        f"/v1/verifications?layers={layers}", files={"file": (mutant.name, mutant.data)}
    )


def _is_clear(answer: httpx.Response) -> bool:
    kind = answer.headers["content-type"]
    if answer.status_code == httpx.codes.OK:
        return kind == "application/json" and bool(answer.json()["reasons"])
    return (
        kind == PROBLEM
        and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR
        and bool(answer.json()["detail"])
    )


def leftovers(rt: Runtime) -> Iterator[Path]:
    """Yield what lies in the work folder; what is done leaves nothing there."""
    return rt.work_folder.iterdir()
