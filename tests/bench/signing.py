"""What it costs to sign an output, beside the bare call of the library, and in the whole job.

Bare is the library's `Builder.sign` as it comes, with the same manifest, key and thumbnail. Ours
looks at the manifest first, signs, validates what came of it against our anchors, and only then
gives the file its name. The rounds of both take turns; on a machine that does other things as well,
processor time is what tells. The job is that of a worker, from the
storyboard to the release; signing it is signing its shots too.
"""

import io
import os
import statistics
import time
from pathlib import Path
from typing import Any
from unittest import mock

import c2pa

from rightsd.adapters.c2pa import Signed
from rightsd.domain import manifest
from rightsd.domain.principal import Role
from rightsd.workflows.generations import marking, production, requests
from tests import people
from tests.bench.servers import running
from tests.bench.table import Row
from tests.rightsd.adapters.credentialed import OURS, define, thumbnail, write_video

SIZES = (5_000_000, 50_000_000)
ROUNDS = 15
PROMPT = "Shot 1: a red ball bounces in a park. Shot 2: the ball up close. Shot 3: a wide beach."
WANTED = {"seconds": 10, "width": 640, "height": 360}  # What is asked for unless said otherwise.


def run(
    folder: Path,
    *,
    sizes: tuple[int, ...] = SIZES,
    rounds: int = ROUNDS,
    wanted: dict[str, int] = WANTED,
) -> list[Row]:
    rows = [row for size in sizes for row in _overhead(folder, size, rounds)]
    return [*rows, _share(folder, wanted)]


def _overhead(folder: Path, size: int, rounds: int) -> list[Row]:
    source, target = folder / f"{size}.mp4", folder / "signed.mp4"
    write_video(source)
    _pad(source, size)
    ours, context = OURS.credentials(), c2pa.Context.from_dict(_settings())
    definition, picture = define(), thumbnail()
    bare: list[tuple[float, float]] = []
    whole: list[tuple[float, float]] = []
    for _ in range(rounds):
        # A job writes where nothing is. To replace a file can mean to wait for the disk.
        for path in (folder / "bare.mp4", target):
            path.unlink(missing_ok=True)
        began = _clocks()
        _sign_bare(context, source, folder / "bare.mp4", definition, picture)
        between = _clocks()
        ours.sign(source, target, definition=definition, thumbnail=picture)
        ended = _clocks()
        bare.append((between[0] - began[0], between[1] - began[1]))
        whole.append((ended[0] - between[0], ended[1] - between[1]))
    return [
        Row(
            f"sign an MP4 of {size / 1e6:g} MB and validate it, {clock}",
            statistics.median(ours) * 1000,
            "ms",
            "the library's call",
            statistics.median(reference) * 1000,
            "ratio at most 1.15",
        )
        for clock, ours, reference in zip(
            ("by the clock", "of processor time"),
            zip(*whole, strict=True),
            zip(*bare, strict=True),
            strict=True,
        )
    ]


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _settings() -> dict[str, Any]:
    trusted = {"trust_anchors": OURS.root_pem}
    return {"trust": trusted, "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def _sign_bare(
    context: c2pa.Context, source: Path, target: Path, definition: dict[str, object], picture: bytes
) -> None:
    named = {"format": "image/jpeg", "identifier": manifest.THUMBNAIL}
    builder = c2pa.Builder({**definition, "thumbnail": named}, context)
    builder.add_resource(manifest.THUMBNAIL, io.BytesIO(picture))
    algorithm = c2pa.C2paSigningAlg.ES256
    signer = c2pa.Signer.from_callback(OURS.sign, algorithm, OURS.chain_pem, None)
    with signer, source.open("rb") as original, target.open("w+b") as copy:
        builder.sign(signer, "video/mp4", original, copy)


def _pad(path: Path, size: int) -> None:
    """Make a file as large as a longer clip, by media that no track points to."""
    missing = max(8, size - path.stat().st_size)
    with path.open("ab") as file:
        file.write(missing.to_bytes(4, "big") + b"mdat" + os.urandom(missing - 8))


def _share(folder: Path, wanted: dict[str, int]) -> Row:
    spent: list[float] = []
    sign = marking.sign

    def timed(*arguments: Any, **others: Any) -> tuple[Signed, list[str]]:
        began = time.perf_counter()
        signed = sign(*arguments, **others)
        spent.append(time.perf_counter() - began)
        return signed

    with running(folder) as (_, rt), mock.patch.object(marking, "sign", timed):
        with rt.transaction() as tx:
            creator = people.account(tx, Role.CREATOR)
            asked = requests.request(tx, creator, wanted=people.wanted(PROMPT, **wanted))
        began = time.perf_counter()
        production.produce(rt, asked.id)
        job = time.perf_counter() - began
    shape = f"{wanted['seconds']} s of {wanted['width']}x{wanted['height']}"
    return Row(
        f"sign a clip of {shape} and its three shots",
        sum(spent),
        "s",
        "its whole job",
        job,
        "ratio at most 0.05",
    )
