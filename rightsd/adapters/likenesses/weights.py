"""Reads the weights out of a PyTorch file without PyTorch, and without running anything in it.

The format before PyTorch 1.6: five pickles (a number, a version, the machine, the objects, the keys
of the storages), then each storage as its length and its values. Of what pickles can do, only what
tensors need is allowed.

Source: torch/serialization.py of PyTorch 1.0, `_legacy_save`.
"""

import collections
import io
import pickle
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

MAGIC = 0x1950A86A20F9469CFC6C
VALUES_MAX = 1 << 24  # In one storage.
STORAGES_MAX = 4096
REFUSAL = "only weights are read"

Floats = npt.NDArray[np.float32]


class WeightsError(Exception):
    """The file is not what it should be."""


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read(content: bytes, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Floats]:
    """Return the tensors of these names and shapes from a file's "model_state".

    Raises:
        WeightsError: The file has not got them, or is of another form.
    """
    file = io.BytesIO(content)
    try:
        magic, _, _, objects, keys = (_Unpickler(file).load() for _ in range(5))
        state = objects["model_state"]
        tensors = {name: state[name] for name in shapes}
    except (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError) as error:
        raise WeightsError("the file is not one of weights") from error
    if magic != MAGIC or len(keys) > STORAGES_MAX:
        raise WeightsError("the file is not one of weights")
    wanted = {tensor.storage for tensor in tensors.values() if isinstance(tensor, _Tensor)}
    storages = {key: values for key, values in _storages(file, keys) if key in wanted}
    return {name: _place(tensor, storages, shapes[name]) for name, tensor in tensors.items()}


def _storages(file: BinaryIO, keys: list[str]) -> Iterator[tuple[str, Floats]]:
    for key in keys:
        head = file.read(8)
        count = struct.unpack("<q", head)[0] if len(head) == 8 else -1
        if not 0 <= count <= VALUES_MAX:
            raise WeightsError("the file's weights have no sensible length")
        values = file.read(4 * count)
        if len(values) != 4 * count:
            raise WeightsError("the file ends before its weights do")
        yield key, np.frombuffer(values, "<f4")


def _place(tensor: object, storages: Mapping[str, Floats], shape: tuple[int, ...]) -> Floats:
    dense = tuple(int(np.prod(shape[place + 1 :])) for place in range(len(shape)))
    if not isinstance(tensor, _Tensor) or (tensor.shape, tensor.strides) != (shape, dense):
        raise WeightsError("the file's weights have another shape")
    values = storages.get(tensor.storage, np.zeros(0, "<f4"))
    count = int(np.prod(shape))
    if tensor.offset < 0 or tensor.offset + count > len(values):
        raise WeightsError("the file's weights are cut off")
    return values[tensor.offset : tensor.offset + count].reshape(shape).copy()


class _Unpickler(pickle.Unpickler):
    """Makes dictionaries, numbers, texts and `_Tensor`s, and nothing else."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        match module_name, global_name:
            case "collections", "OrderedDict":
                return collections.OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _tensor
            case "torch", "FloatStorage":
                return float
            case _:
                raise pickle.UnpicklingError(REFUSAL)

    def persistent_load(self, pid: Any) -> Any:
        match pid:
            case ("storage", kind, str(key), str(), int(), None) if kind is float:
                return key
            case _:
                raise pickle.UnpicklingError(REFUSAL)


def _tensor(
    storage: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))
