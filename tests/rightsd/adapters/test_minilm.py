"""The model gives what others get from the same weights, and says when it is not there."""

import importlib.util
import json
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rightsd.adapters import minilm
from rightsd.adapters.minilm import MiniLM
from rightsd.adapters.wordpiece import WordPiece
from rightsd.errors import Code, RightsError
from tests.meanings import MODEL

EXPECTED = json.loads((Path(__file__).parent / "minilm.json").read_text())
ROUNDED = 0.04  # What whole numbers for weights and activations may move a score by.


@pytest.fixture(scope="module")
def words() -> WordPiece:
    tokenizer = json.loads((minilm._folder() / "tokenizer.json").read_text())
    return WordPiece(tokenizer["model"]["vocab"])


@pytest.mark.parametrize("row", EXPECTED["pieces"], ids=lambda row: repr(row["text"][:20]))
def test_texts_are_cut_as_by_the_makers_of_the_model(words: WordPiece, row: Any) -> None:
    assert words.encode(row["text"]) == row["pieces"]


def test_scores_are_those_of_the_weights_in_full_precision() -> None:
    vectors = np.stack([MODEL.embed(text) for text in EXPECTED["scores"]["texts"]])

    assert np.allclose(vectors @ vectors.T, EXPECTED["scores"]["products"], atol=ROUNDED)


def test_a_text_has_one_vector_whatever_was_asked_before() -> None:
    text = EXPECTED["scores"]["texts"][1]

    assert np.array_equal(MiniLM().embed(text), MODEL.embed(text))


def test_a_vector_has_length_one_even_of_nothing() -> None:
    assert np.linalg.norm(MODEL.embed("")) == pytest.approx(1, abs=1e-5)


def _elsewhere(folder: Path) -> Callable[[str], ModuleSpec]:
    spec = ModuleSpec(minilm.PACKAGE, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return lambda _name: spec


def test_without_the_package_it_cannot_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(RightsError) as caught:
        MiniLM().embed("a ball")
    assert caught.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("files", [{}, {"tokenizer.json": b"{}", "model.safetensors": b""}])
def test_other_files_are_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, bytes]
) -> None:
    (tmp_path / "model").mkdir()
    for name, data in files.items():
        (tmp_path / "model" / name).write_bytes(data)
    monkeypatch.setattr(importlib.util, "find_spec", _elsewhere(tmp_path))

    with pytest.raises(RightsError) as caught:
        MiniLM().embed("a ball")
    assert caught.value.code is Code.UNAVAILABLE
