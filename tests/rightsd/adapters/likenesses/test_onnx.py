"""A network that needs no training: it averages the picture over a grid of 4 x 4."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, checker, helper, numpy_helper

from rightsd import bootstrap
from rightsd.adapters.likenesses import onnx, pictures
from rightsd.domain.template import Face, Metric
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings

FACE = Face((0, 0, 112, 112), tuple(map(tuple, pictures.ARCFACE.tolist())), 0.0, 1.0)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def text(field: int, content: str | bytes) -> bytes:
    body = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(body)) + body


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def network() -> bytes:
    """Return an ONNX file (onnx.proto3): AveragePool, then Flatten."""

    def ints(name: str, *values: int) -> bytes:
        return text(5, text(1, name) + b"".join(number(8, each) for each in values) + number(20, 7))

    def tensor(name: str, *shape: int) -> bytes:
        dims = b"".join(text(1, number(1, side)) for side in shape)
        return text(1, name) + text(2, text(1, number(1, 1) + text(2, dims)))

    pool = text(1, "in") + text(2, "mid") + text(4, "AveragePool")
    pool += ints("kernel_shape", 28, 28) + ints("strides", 28, 28)
    flatten = text(1, "mid") + text(2, "out") + text(4, "Flatten")
    graph = text(1, pool) + text(1, flatten) + text(2, "g")
    graph += text(11, tensor("in", 1, 3, 112, 112)) + text(12, tensor("out", 1, 48))
    return number(1, 8) + text(8, number(2, 13)) + text(7, graph)


def described(folder: Path, *, content: bytes | None = None, **changes: object) -> Path:
    (folder / "own.onnx").write_bytes(network() if content is None else content)
    said = {
        "name": "own",
        "file": "own.onnx",
        "sha256": hashlib.sha256(network()).hexdigest(),
        "dimensions": 48,
        "accept": 0.6,
        "review": 0.5,
    } | changes
    path = folder / "own.toml"
    lines = (f"{name} = {value!r}" for name, value in said.items() if value is not None)
    path.write_text("\n".join(lines))
    return path


def test_a_face_goes_through_the_operators_model(tmp_path: Path) -> None:
    faces = onnx.described(described(tmp_path))
    frame = np.zeros((112, 112, 3), np.uint8)
    frame[:28, :28, 0] = 255

    made = faces.embed(frame, FACE)

    point = np.frombuffer(made.vector, "<f4")
    assert made.model == faces.model.id == f"own@{hashlib.sha256(network()).hexdigest()}"
    assert faces.model.metric is Metric.COSINE
    assert np.linalg.norm(point) == pytest.approx(1)
    assert point[0] == pytest.approx(-point[1], rel=0.05)  # Red, in the first cell only.
    assert point[16:].max() < 0


def test_channels_come_in_the_order_that_it_was_trained_with(tmp_path: Path) -> None:
    red = np.zeros((112, 112, 3), np.uint8)
    red[..., 0] = 255

    points = [
        np.frombuffer(
            onnx.described(described(tmp_path, channels=order)).embed(red, FACE).vector, "<f4"
        )
        for order in ("rgb", "bgr")
    ]

    assert points[0][:16].min() > 0 > points[0][16:].max()
    assert points[1][32:].min() > 0 > points[1][:32].max()


def test_a_face_is_aligned_first(tmp_path: Path) -> None:
    faces = onnx.described(described(tmp_path))
    frame = np.random.default_rng(2).integers(0, 256, (14, 14, 3), np.uint8)
    frame = np.kron(frame, np.ones((16, 16, 1), np.uint8))
    points = tuple((x * 2 + 0.5, y * 2 + 0.5) for x, y in FACE.points)

    twice = faces.embed(frame, replace(FACE, points=points))
    once = faces.embed(np.ascontiguousarray(frame[::2, ::2]), FACE)

    cosine = np.frombuffer(twice.vector, "<f4") @ np.frombuffer(once.vector, "<f4")
    assert cosine > 0.95


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Own Model"},
        {"sha256": "abc"},
        {"dimensions": 0},
        {"size": 100_000},
        {"std": 0},
        {"layout": "chw"},
        {"accept": 2},
        {"accept": 0.3, "review": 0.5},
        {"file": "missing.onnx"},
        {"file": None},
        {"more": 1},
    ],
)
def test_a_description_that_is_wrong_is_refused(tmp_path: Path, changes: dict) -> None:
    with pytest.raises(RightsError) as caught:
        onnx.described(described(tmp_path, **changes))

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name = ", b"= 1"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)

    with pytest.raises(RightsError, match="not TOML"):
        onnx.described(path)


def test_a_description_that_is_not_there_is_refused_at_the_start(
    settings: Settings, tmp_path: Path
) -> None:
    wrong = settings.model_copy(update={"face_model": tmp_path / "none.toml"})

    with pytest.raises(RightsError, match="cannot be read"), bootstrap.running(wrong):
        pass


@pytest.mark.parametrize(
    ("changes", "content"),
    [
        ({"dimensions": 47}, None),
        ({"size": 56}, None),
        ({"sha256": hashlib.sha256(b"junk").hexdigest()}, b"junk"),
        ({}, b"another file"),
    ],
    ids=["other dimensions", "other size", "no network", "other digest"],
)
def test_a_model_that_is_not_as_described_gives_no_template(
    tmp_path: Path, changes: dict, content: bytes | None
) -> None:
    faces = onnx.described(described(tmp_path, **changes))
    if content is not None:
        (tmp_path / "own.onnx").write_bytes(content)

    with pytest.raises(RightsError) as caught:
        faces.embed(np.full((112, 112, 3), 9, np.uint8), FACE)

    assert caught.value.code is Code.UNAVAILABLE


def convolutions() -> bytes:
    """Return a small network of the kind that recognises faces, as the `onnx` package writes it.

    Two convolutions with PReLU, a residual one, pooling and a linear layer to 64 numbers; its
    weights are drawn, since none that are trained may lie here.
    """
    rng = np.random.default_rng(7)
    weights = {
        "stem": rng.normal(0, 0.2, (16, 3, 3, 3)),
        "stem_slope": rng.uniform(0.1, 0.4, (16, 1, 1)),
        "down": rng.normal(0, 0.1, (32, 16, 3, 3)),
        "down_slope": rng.uniform(0.1, 0.4, (32, 1, 1)),
        "beside": rng.normal(0, 0.1, (32, 32, 3, 3)),
        "last": rng.normal(0, 0.2, (64, 32 * 7 * 7)),
        "bias": rng.normal(0, 0.1, 64),
    }
    half = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    same = {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1]}
    node = helper.make_node
    nodes = [
        node("Conv", ["in", "stem"], ["a"], **half),
        node("PRelu", ["a", "stem_slope"], ["b"]),
        node("Conv", ["b", "down"], ["c"], **half),
        node("PRelu", ["c", "down_slope"], ["d"]),
        node("Conv", ["d", "beside"], ["e"], **same),
        node("Add", ["d", "e"], ["f"]),
        node("AveragePool", ["f"], ["g"], kernel_shape=[4, 4], strides=[4, 4]),
        node("Flatten", ["g"], ["h"]),
        node("Gemm", ["h", "last", "bias"], ["out"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 64])],
        [numpy_helper.from_array(each.astype(np.float32), name) for name, each in weights.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    checker.check_model(made, full_check=True)
    return made.SerializeToString()


def test_a_network_of_another_tool_gives_what_another_runtime_says(tmp_path: Path) -> None:
    content = convolutions()
    path = described(
        tmp_path, sha256=hashlib.sha256(content).hexdigest(), dimensions=64, content=content
    )
    frame = np.random.default_rng(8).integers(0, 256, (112, 112, 3), np.uint8)
    runtime = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])

    made = onnx.described(path).embed(frame, FACE)

    given = ((frame.astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)[None]
    (said,) = runtime.run(None, {"in": given})
    expected = np.asarray(said)[0] / np.linalg.norm(said)
    assert np.frombuffer(made.vector, "<f4") == pytest.approx(expected, abs=1e-3)
