"""The graph of MiniLM for onnxruntime, made from its published weights: no torch, no download.

Weights are rounded to whole numbers: one scale a column, 7 bits. Products of those and of 8-bit
activations cannot overflow in any processor's instructions, so that every machine gets the same
numbers, in a quarter of the memory.

Source: BERT (Devlin et al. 2018), six layers of 384; pooling and normalisation as the model's card
says. The operators are ONNX's, opset 20.
"""

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

LAYERS, HEADS, WIDTH = 6, 12, 384
LEVELS = 63  # 7 bits, with a sign.
EPSILON = 1e-12
OPSET = 20
_HEADER_BYTES_MAX = 1 << 20
Weights = dict[str, NDArray[np.float32]]


def read_weights(data: bytes) -> Weights:
    """Return the float32 tensors of a safetensors file whose digest was checked."""
    size = int.from_bytes(data[:8], "little")
    assert size <= _HEADER_BYTES_MAX
    weights: Weights = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = (8 + size + offset for offset in entry["data_offsets"])
            weights[name] = np.frombuffer(data[first:last], "<f4").reshape(entry["shape"])
    return weights


def build(weights: Weights) -> ModelProto:
    """Return the model: the pieces of one text, `ids` int64 (T,), to its `vector` (WIDTH,).

    One text at a time, since the range by which activations are rounded is that of all of them:
    in company a text would have another vector.
    """
    graph = _Graph(weights)
    hidden = graph.embed()
    for layer in range(LAYERS):
        hidden = graph.layer(hidden, f"encoder.layer.{layer}.")
    graph.pool(hidden)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "minilm",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["t"])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=10,
    )


class _Graph:
    """Nodes and constants under way; every method returns the name of what it adds."""

    def __init__(self, weights: Weights) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self._weights = weights

    def embed(self) -> str:
        weights = self._weights
        words = self.rounded_rows("embeddings.word_embeddings.weight", "ids")
        places = weights["embeddings.position_embeddings.weight"]
        places = places + weights["embeddings.token_type_embeddings.weight"][0]
        start = self.constant(np.array([0]))
        here = self.add("Slice", self.constant(places), start, self.add("Shape", "ids"))
        return self.norm(self.add("Add", words, here), "embeddings.LayerNorm")

    def layer(self, hidden: str, prefix: str) -> str:
        """Return a layer's output, from and to (T, WIDTH)."""
        query, key, value = (
            self.heads(self.linear(hidden, f"{prefix}attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        scale = self.constant(np.float32(1 / math.sqrt(WIDTH // HEADS)))
        turned = self.add("Transpose", key, perm=[0, 2, 1])
        scores = self.add("Mul", self.add("MatMul", query, turned), scale)
        attention = self.add("Softmax", scores, axis=-1)
        mixed = self.add("Transpose", self.add("MatMul", attention, value), perm=[1, 0, 2])
        mixed = self.add("Reshape", mixed, self.constant(np.array([0, WIDTH])))
        mixed = self.linear(mixed, f"{prefix}attention.output.dense")
        hidden = self.norm(self.add("Add", mixed, hidden), f"{prefix}attention.output.LayerNorm")
        wide = self.add("Gelu", self.linear(hidden, f"{prefix}intermediate.dense"))
        narrow = self.linear(wide, f"{prefix}output.dense")
        return self.norm(self.add("Add", narrow, hidden), f"{prefix}output.LayerNorm")

    def pool(self, hidden: str) -> None:
        """Add the output: the mean, of length one."""
        rows = self.constant(np.array([0]))
        total = self.add("ReduceSum", hidden, rows, keepdims=0)
        self.nodes.append(
            helper.make_node("Div", [total, self.add("ReduceL2", total, keepdims=1)], ["vector"])
        )

    def heads(self, name: str) -> str:
        """Return (T, WIDTH) as (HEADS, T, WIDTH / HEADS)."""
        shape = self.constant(np.array([0, HEADS, WIDTH // HEADS]))
        return self.add("Transpose", self.add("Reshape", name, shape), perm=[1, 0, 2])

    def linear(self, name: str, layer: str) -> str:
        """Return a linear layer's output; its input is rounded to 8 bits by its own range."""
        weight = np.ascontiguousarray(self._weights[f"{layer}.weight"].T)
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-9).astype(np.float32) / LEVELS
        rounded = self.constant(np.rint(weight / scale).astype(np.int8))
        levels, range_, zero = self.many("DynamicQuantizeLinear", name, outputs=3)
        whole = self.add("MatMulInteger", levels, rounded, zero)
        real = self.add("Cast", whole, to=TensorProto.FLOAT)
        scaled = self.add("Mul", real, self.add("Mul", range_, self.constant(scale)))
        return self.add("Add", scaled, self.constant(self._weights[f"{layer}.bias"]))

    def rounded_rows(self, table: str, rows: str) -> str:
        """Return rows of a table that is kept in 8 bits, one scale a row."""
        weight = self._weights[table]
        scale = np.abs(weight).max(axis=1, keepdims=True).astype(np.float32) / 127
        levels = self.constant(np.rint(weight / scale).astype(np.int8))
        real = self.add("Cast", self.add("Gather", levels, rows), to=TensorProto.FLOAT)
        return self.add("Mul", real, self.add("Gather", self.constant(scale), rows))

    def norm(self, name: str, layer: str) -> str:
        weight, bias = (
            self.constant(self._weights[f"{layer}.{part}"]) for part in ("weight", "bias")
        )
        return self.add("LayerNormalization", name, weight, bias, axis=-1, epsilon=EPSILON)

    def constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        return self.many(operator, *inputs, outputs=1, **attributes)[0]

    def many(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> tuple[str, ...]:
        names = tuple(f"n{len(self.nodes)}_{number}" for number in range(outputs))
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names
