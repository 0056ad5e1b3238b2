"""Whether the mark of an output is in what seems to show it, where nobody can read it blind."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fingerprint.parts import Explanation, Part
from generator import storyboards
from rightsd.adapters import rescues
from rightsd.adapters.media_process import Limits
from rightsd.adapters.rescues import Original
from rightsd.db import generations, picturemarks
from rightsd.db import storyboards as storyboard_rows
from rightsd.runtime import Runtime
from watermark.detect import Detection

# A second or two of processor time each, and reading the file once more.
RESCUES_MAX = 2
LIKES_MAX = 2


@dataclass(frozen=True, slots=True)
class Proved:
    """An output whose mark was verified with its own file: see `watermark.verify.Proof`."""

    generation_id: str
    log10_p: float


def prove(
    rt: Runtime,
    path: Path,
    explanation: Explanation,
    marks: Sequence[Detection],
    *,
    limits: Limits,
) -> tuple[Proved | None, ...]:
    """Return, for each part in which no mark is read, the output whose mark is there all the same.

    The longest RESCUES_MAX of them are looked at, and LIKES_MAX outputs that look alike in each.
    """
    weak = [number for number, mark in enumerate(marks) if mark.payload_id is None]
    weak.sort(key=lambda number: _length(explanation.parts[number]), reverse=True)
    proved = {
        number: _prove_one(rt, path, explanation.parts[number], limits)
        for number in weak[:RESCUES_MAX]
    }
    return tuple(proved.get(number) for number in range(len(marks)))


def _length(part: Part) -> float:
    return sum(stretch.end - stretch.start for stretch in part.stretches)


def _prove_one(rt: Runtime, path: Path, part: Part, limits: Limits) -> Proved | None:
    """Return the output of those which a part may show whose mark is in it."""
    matches = part.matches[:LIKES_MAX]
    with rt.transaction() as tx:
        ids = [match.asset_id for match in matches]
        known = generations.with_marks(tx, manifest_id=None, watermark_ids=[], generation_ids=ids)
        drawn = {each: storyboard_rows.find(tx, each) for each in ids}
        marks = {each: picturemarks.find(tx, each) for each in ids}
    outputs = {each.id: each for each in known}
    for match in matches:
        output, storyboard = outputs.get(match.asset_id), drawn[match.asset_id]
        mark = marks[match.asset_id]
        if output is None or output.output is None or output.watermark_id is None:
            continue
        with rt.blobs.lent(output.output.sha256, rt.work_folder) as lent:
            if lent is None:
                continue
            original = Original(
                lent,
                output.watermark_id,
                None if storyboard is None else storyboards.from_json(storyboard),
                "" if mark is None else mark.tenant,
            )
            proof = rescues.prove(
                path, original, match, secrets=rt.watermark_keys.all(), limits=limits
            )
        if proof is not None and proof.verified:
            return Proved(output.id, proof.log10_p)
    return None
