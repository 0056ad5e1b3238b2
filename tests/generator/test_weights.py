import json
from pathlib import Path

import pytest

from generator import weights
from generator.base import UNKNOWN_LICENCE
from generator.diffusion import Diffusion
from generator.errors import GeneratorError
from generator.weights import Source

COMMIT = "0123456789abcdef" * 2 + "01234567"
INDEX = {
    "_class_name": "WanPipeline",
    "_diffusers_version": "0.42.0",
    "scheduler": ["diffusers", "UniPCMultistepScheduler"],
    "tokenizer": ["transformers", "T5Tokenizer"],
    "transformer": ["diffusers", "WanTransformer3DModel"],
    "transformer_2": [None, None],
    "vae": ["diffusers", "AutoencoderKLWan"],
}


def model(folder: Path, **changes: object) -> Path:
    """What a saved pipeline looks like, as far as that is looked at before it is loaded."""
    for part in ("scheduler", "tokenizer", "transformer", "vae"):
        (folder / part).mkdir(parents=True)
        (folder / part / "config.json").write_text("{}")
    for part in ("transformer", "vae"):
        (folder / part / "diffusion_pytorch_model.safetensors").write_bytes(b"weights")
    (folder / weights.INDEX).write_text(json.dumps(INDEX | changes))
    return folder


def test_a_model_is_a_folder_or_a_repository_at_a_commit(tmp_path: Path) -> None:
    folder = model(tmp_path / "tiny")

    assert weights.source(str(folder)) == Source(folder)
    assert weights.source(f"Wan-AI/Wan2.2@{COMMIT}") == Source(None, "Wan-AI/Wan2.2", COMMIT)


@pytest.mark.parametrize(
    "named", ["", "Wan-AI/Wan2.2", "Wan-AI/Wan2.2@main", f"Wan-AI/Wan2.2@{COMMIT[:39]}", "/nowhere"]
)
def test_what_moves_or_is_nowhere_is_no_model(named: str) -> None:
    with pytest.raises(GeneratorError, match="40 digits"):
        weights.source(named)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"_class_name": "StableDiffusionPipeline"}, "WanPipeline"),
        ({"_class_name": None}, "WanPipeline"),
        ({"vae": ["my_code", "Vae"]}, "vae"),
        ({"vae": [["os", "system"], "Vae"]}, "vae"),
    ],
)
def test_a_pipeline_that_is_not_known_is_refused(
    tmp_path: Path, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(GeneratorError, match=says):
        weights.source(str(model(tmp_path, **changes)))


def test_a_folder_without_an_index_is_no_pipeline(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="no diffusers pipeline"):
        weights.source(str(tmp_path))


def test_weights_that_can_run_code_are_refused(tmp_path: Path) -> None:
    folder = model(tmp_path)
    weights.require_safe(folder)
    (folder / "vae" / "diffusion_pytorch_model.safetensors").rename(folder / "vae" / "model.bin")

    with pytest.raises(GeneratorError, match="vae are no safetensors"):
        weights.require_safe(folder)


def test_code_that_lies_beside_the_weights_is_refused(tmp_path: Path) -> None:
    folder = model(tmp_path)
    (folder / "vae" / "modeling.py").write_text("raise SystemExit")

    with pytest.raises(GeneratorError, match=r"modeling\.py"):
        weights.require_safe(folder)


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="text_encoder"):
        weights.require_safe(model(tmp_path, text_encoder=["transformers", "UMT5EncoderModel"]))


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlicense: apache-2.0\n---\nlicense: mit\n", "apache-2.0"),
        ("---\nlicense: other\nlicense_name: ltx-2-community\n---\n", "ltx-2-community"),
        ("---\ntags: [video]\n---\nlicense: mit\n", UNKNOWN_LICENCE),
        (None, UNKNOWN_LICENCE),
    ],
)
def test_the_licence_is_what_the_card_says(tmp_path: Path, card: str | None, licence: str) -> None:
    folder = model(tmp_path)
    if card is not None:
        (folder / "README.md").write_text(card)

    assert weights.asset(Source(folder), folder).licence == licence


def test_the_revision_of_a_folder_changes_with_any_byte_of_it(tmp_path: Path) -> None:
    folder = model(tmp_path / "tiny")
    before = weights.asset(Source(folder), folder)
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"weightz")

    after = weights.asset(Source(folder), folder)

    assert before.name == after.name == "tiny"
    assert before.revision.startswith("sha256:")
    assert before.revision != after.revision


def test_a_snapshot_of_the_hub_is_known_by_its_commit(tmp_path: Path) -> None:
    folder = model(tmp_path / "models--Wan-AI--Wan2.2-T2V" / "snapshots" / COMMIT)

    known = weights.asset(Source(folder), folder)

    assert (known.name, known.revision) == ("Wan-AI/Wan2.2-T2V", COMMIT)


def test_rates_are_those_that_a_model_was_trained_on(tmp_path: Path) -> None:
    small = model(tmp_path / "wan", expand_timesteps=True)
    later = model(tmp_path / "cog", _class_name="CogVideoXPipeline")
    (later / "transformer" / "config.json").write_text('{"patch_size_t": 2}')

    assert (weights.kind(small).fps, weights.kind(later).fps) == (24, 16)


def test_without_the_extra_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(GeneratorError, match=r"\[diffusion\]"):
        Diffusion(str(model(tmp_path)))
