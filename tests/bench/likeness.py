"""What recognising faces and voices costs in processor time, against the bare library's work."""

import time
from array import array
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np

from generator.base import Request
from generator.procedural import Procedural
from rightsd.adapters.likenesses import catalogue, voices
from rightsd.adapters.likenesses.gallery import Gallery
from rightsd.adapters.likenesses.lookout import Lookout
from rightsd.domain.recognition import Seen
from rightsd.domain.template import Kind, Model, Sighting, Template
from tests.bench.table import Row
from tests.likenesses import HOPPER, models, picture
from tests.voices import ADA, RATE, say

ROUNDS = 10
PEOPLE = 100_000
WANTED = Request(
    prompt="Shot 1: a woman waves in a park. Shot 2: a man throws a red ball.",
    seed=1,
    seconds=5,
    width=1280,
    height=720,
    fps=Fraction(24),
    cameos=(),
)


def run(
    folder: Path, *, rounds: int = ROUNDS, crowd: int = PEOPLE, wanted: Request = WANTED
) -> list[Row]:
    del folder
    local = models()
    faces, speech = local.face_model, local.voice_model
    assert faces is not None
    assert speech is not None
    shown, said = picture(HOPPER), say(ADA, seconds=10)
    (face,) = local.faces(shown)
    template = local.embed_face(shown, face)
    local.embed_voice(said, RATE)
    one_pass, chip = _one_pass(), _one_chip()
    rows = [
        Row("a picture with a face, found", _ms(lambda: local.faces(shown), rounds), "ms",
            "one pass of BlazeFace", one_pass(rounds)),
        Row("the same, any way up", _ms(lambda: local.faces(shown, turned=True), rounds), "ms",
            "one pass of BlazeFace", one_pass(rounds)),
        Row("a face, recognised", _ms(lambda: local.embed_face(shown, face), rounds), "ms",
            "dlib on an aligned crop", chip(rounds)),
        Row("ten seconds of voice", _ms(lambda: local.embed_voice(said, RATE), rounds), "ms",
            "the network's products", _products(rounds)),
    ]  # fmt: skip
    rows.append(_clip(wanted))
    return [*rows, _search(faces, template, crowd, rounds)]


def _clip(wanted: Request) -> Row:
    """A clip of the bundled engine, which shows figures and no face."""
    engine = Procedural()
    start = time.process_time()
    clip = engine.generate(wanted, engine.plan(wanted), progress=lambda _: None)
    frames = list(clip.frames)
    drawn = time.process_time() - start
    lookout, at = Lookout(models(), list(Kind)), 0
    start = time.process_time()
    for chunk in frames:
        lookout.look(chunk, (at + np.arange(len(chunk))) / float(wanted.fps))
        at += len(chunk)
    lookout.listen(clip.audio, clip.rate)
    lookout.seen()
    looked = time.process_time() - start
    share = 1e3 / wanted.seconds
    what = "a second of a bundled clip, looked at and listened to"
    return Row(what, looked * share, "ms", "drawing it", drawn * share)


def _search(model: Model, template: Template, crowd: int, rounds: int) -> Row:
    points = np.random.default_rng(1).standard_normal((crowd, model.dimensions)).astype("<f4")
    rows = [
        (f"tpl_{row}", f"sub_{row}", Template(model.kind, model.id, points[row].tobytes()))
        for row in range(crowd)
    ]
    gallery = Gallery()
    gallery.catch_up([model], lambda _: (rows, 1))
    seen = Seen(frozenset({Kind.FACE}), (Sighting(template, 0.0, 1),))
    gallery.recognise([model], seen)
    value = _ms(lambda: gallery.recognise([model], seen), rounds)
    probe = np.array(array("f", template.vector))
    bare = _ms(lambda: points @ probe, rounds)
    return Row(f"a face, sought among {crowd:,} people", value, "ms", "one product", bare)


def _one_pass() -> Callable[[int], float]:
    path = catalogue.default_folder() / catalogue.DETECTOR.name
    net = cv2.dnn.readNetFromTFLite(str(path), cv2.dnn.ENGINE_CLASSIC)
    blob = np.zeros((1, 3, 128, 128), np.float32)

    def work() -> None:
        net.setInput(blob)
        net.forward(["regressors", "classificators"])

    return lambda rounds: _ms(work, rounds)


def _one_chip() -> Callable[[int], float]:
    path = catalogue.default_folder() / catalogue.RECOGNISER.name
    net: Any = dlib.face_recognition_model_v1(str(path))
    crop = np.zeros((150, 150, 3), np.uint8)
    return lambda rounds: _ms(lambda: net.compute_face_descriptor(crop), rounds)


def _products(rounds: int) -> float:
    """Return what the products of the network for ten seconds of voice take, piece by piece."""
    windows = 11
    first = np.ones((windows * voices.WINDOW, voices.MELS), np.float32)
    later = np.ones((windows * voices.WINDOW, voices.DIMENSIONS), np.float32)
    step = np.ones((windows, voices.DIMENSIONS), np.float32)
    narrow = np.ones((voices.MELS, 4 * voices.DIMENSIONS), np.float32)
    wide = np.ones((voices.DIMENSIONS, 4 * voices.DIMENSIONS), np.float32)
    pieces = np.ones((voices.PIECES, voices.DIMENSIONS, 64), np.float32)

    def work() -> None:
        _ = first @ narrow, later @ wide, later @ wide
        for _ in range(voices.LAYERS * voices.WINDOW):
            _ = step @ pieces

    return _ms(work, rounds)


def _ms(work: Callable[[], object], rounds: int) -> float:
    """Return the median of our processor time, in milliseconds."""
    work()
    times: list[float] = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return float(np.median(times)) * 1e3
