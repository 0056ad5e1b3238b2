"""Files in the form of PyTorch before 1.6, made by hand: good ones, and some that want more."""

import collections
import io
import os
import pickle
import struct
import sys
import types
from typing import Any

import numpy as np
import pytest

from rightsd.adapters.likenesses import weights
from rightsd.adapters.likenesses.weights import WeightsError

VALUES = np.arange(6, dtype="<f4")
SHAPES = {"layer.weight": (2, 3)}


class _Storage:
    """Stands for a storage; pickled as a reference to it."""


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, _Storage):
            return ("storage", sys.modules["torch"].FloatStorage, "key0", "cpu", 6, None)
        return None


class _Tensor:
    def __init__(self, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.parts = (_Storage(), offset, shape, strides, False, collections.OrderedDict())

    def __reduce__(self) -> Any:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.parts


class _Evil:
    def __reduce__(self) -> Any:
        return os.system, ("exit 1",)


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the names that such a file refers to something to refer to."""

    class FloatStorage:
        __module__ = "torch"
        __qualname__ = "FloatStorage"

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    for name, thing in (("torch", FloatStorage), ("torch._utils", _rebuild_tensor_v2)):
        module = types.ModuleType(name)
        setattr(module, thing.__name__, thing)
        monkeypatch.setitem(sys.modules, name, module)


def written(thing: Any, *, magic: int = weights.MAGIC, values: bytes = VALUES.tobytes()) -> bytes:
    out = io.BytesIO()
    for part in (magic, 1001, {}, {"model_state": {"layer.weight": thing}}, ["key0"]):
        _Pickler(out, 2).dump(part)
    return out.getvalue() + struct.pack("<q", len(values) // 4) + values


def test_weights_come_out_as_they_went_in() -> None:
    read = weights.read(written(_Tensor(0, (2, 3), (3, 1))), SHAPES)

    assert read["layer.weight"].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"\x80\x02" + b"\xff" * 50, id="noise"),
        pytest.param(lambda: written(_Evil()), id="runs a command"),
        pytest.param(lambda: written(3), id="no tensor"),
        pytest.param(lambda: written(_Tensor(0, (2, 3), (3, 1)), magic=1), id="other format"),
        pytest.param(lambda: written(_Tensor(0, (3, 2), (2, 1))), id="another shape"),
        pytest.param(lambda: written(_Tensor(0, (2, 3), (1, 2))), id="not dense"),
        pytest.param(lambda: written(_Tensor(1, (2, 3), (3, 1))), id="beyond the end"),
        pytest.param(lambda: written(_Tensor(-1, (2, 3), (3, 1))), id="before the start"),
        pytest.param(lambda: written(_Tensor(0, (2, 3), (3, 1)))[:-1], id="cut off"),
        pytest.param(
            lambda: written(_Tensor(0, (2, 3), (3, 1)))[:-32] + struct.pack("<q", 1 << 60),
            id="a length that no file has",
        ),
    ],
)
def test_anything_else_is_refused(content: Any) -> None:
    with pytest.raises(WeightsError):
        weights.read(content(), SHAPES)
