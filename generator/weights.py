"""Models that others trained: which they are, whose, and whether they are fit to be loaded.

A model is a folder on this machine, or a repository of the Hugging Face hub at one commit. Nothing
of it is run: weights are safetensors, and code that lies beside them is refused.
"""

import hashlib
import importlib
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from generator.base import UNKNOWN_LICENCE, Asset
from generator.errors import GeneratorError

INDEX = "model_index.json"
INDEX_BYTES_MAX = 1024**2
CARD_BYTES_MAX = 1024**2
# What a pipeline is loaded from; weights of other formats are not even fetched.
PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "README.md", "LICENSE*")
_AT_COMMIT = re.compile(r"([\w.-]{1,96}/[\w.-]{1,96})@([0-9a-f]{40})")
_CACHED = re.compile(r"models--([\w.-]+?)--([\w.-]+)")  # Of the hub's client: the repository.
_LICENCE = re.compile(r"^(license|license_name):\s*([\w.+-]{1,64})\s*$", re.MULTILINE)
_LIBRARIES = frozenset({"diffusers", "transformers", "ltx2"})
EXTRA = (
    "This engine needs the extra `diffusion`: pip install --editable '.[diffusion]'; with a torch "
    "for the machine's accelerator, if it has one."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pipeline: what its configuration does not tell.

    Attributes:
        name: Of its class.
        fps: Frames a second that it was trained on; None: it is told.
        frames_max: Of one call; beyond, the models of this kind were not trained.
        multiple: Pixels by which it wants width and height to be divisible, at least.
        sounds: It makes sound as well.
    """

    name: str
    fps: int | None
    frames_max: int
    multiple: int
    sounds: bool = False


# From the models' cards: Wan-AI/Wan2.2-T2V-A14B and -TI2V-5B, Lightricks/LTX-Video and LTX-2,
# zai-org/CogVideoX-5b and CogVideoX1.5-5B.
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("WanPipeline", 16, 81, 16),
        Kind("LTXPipeline", None, 257, 32),
        Kind("LTX2Pipeline", None, 481, 32, sounds=True),
        Kind("CogVideoXPipeline", 8, 49, 16),
    )
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model is to be had: a folder, or a repository at a commit."""

    folder: Path | None
    repository: str = ""
    commit: str = ""


def source(named: str) -> Source:
    """Return where the model of this name is; nothing is fetched.

    Args:
        named: The path of a folder, or OWNER/NAME@COMMIT with the 40 digits of a commit.

    Raises:
        GeneratorError: It is neither, or no pipeline that we know.
    """
    if match := _AT_COMMIT.fullmatch(named):
        return Source(None, match[1], match[2])
    folder = Path(named)
    if not named or not folder.is_dir():
        raise GeneratorError(
            "A model is the folder of a diffusers pipeline, or OWNER/NAME@COMMIT on the Hugging "
            "Face hub, with all 40 digits of the commit; there is no such folder."
        )
    kind(folder)
    return Source(folder)


def require_extra() -> None:
    """Refuse to go on without the libraries.

    Raises:
        GeneratorError: They are not installed; the sentence says how they are.
    """
    if any(importlib.util.find_spec(name) is None for name in ("torch", "diffusers")):
        raise GeneratorError(EXTRA)


def folder_of(where: Source) -> Path:
    """Return the folder of a model, fetched from the hub if it comes from there.

    Raises:
        GeneratorError: It could not be fetched.
    """
    if where.folder is not None:
        return where.folder
    hub = cast("Any", importlib.import_module("huggingface_hub"))
    try:
        found = hub.snapshot_download(
            where.repository, revision=where.commit, allow_patterns=list(PATTERNS)
        )
    except (OSError, ValueError) as error:
        raise GeneratorError(
            f"The model {where.repository} at {where.commit} could not be fetched: "
            f"{type(error).__name__}."
        ) from error
    return Path(found)


def kind(folder: Path) -> Kind:
    """Return which kind of pipeline lies in a folder.

    Raises:
        GeneratorError: None that we know, or it would run code of its own.
    """
    index = _json(folder / INDEX)
    name = index.get("_class_name")
    if not isinstance(name, str) or name not in KINDS:
        raise GeneratorError(
            f"The pipeline in this folder is none of those that are known: {', '.join(KINDS)}."
        )
    for part, said in index.items():
        if isinstance(said, list) and not _is_ours(cast("list[object]", said)):
            raise GeneratorError(
                f"The part {part} of this pipeline is code that comes with it; it is not run."
            )
    found = KINDS[name]
    # Wan 2.2 of 5 billion parameters, and CogVideoX 1.5, were trained on other rates.
    if name == "WanPipeline" and index.get("expand_timesteps") is True:
        return replace(found, fps=24, frames_max=121)
    if name == "CogVideoXPipeline":
        transformer = folder / "transformer" / "config.json"
        if transformer.is_file() and _json(transformer).get("patch_size_t") is not None:
            return replace(found, fps=16, frames_max=81)
    return found


def _is_ours(said: list[object]) -> bool:
    """Say whether a part is nothing, or a class of the libraries."""
    library = said[0] if said else None
    return library is None or (isinstance(library, str) and library in _LIBRARIES)


def require_safe(folder: Path) -> None:
    """Refuse a folder whose weights would have to be unpickled, or which brings code along.

    Raises:
        GeneratorError: What was found, or is missing.
    """
    if code := next(folder.rglob("*.py"), None):
        raise GeneratorError(f"This model brings code along, {code.name}; it is not loaded.")
    for part in _weighted(folder):
        if not any(part.glob("*.safetensors")):
            raise GeneratorError(
                f"The weights of {part.name} are no safetensors; other formats can run code and "
                "are not loaded."
            )


def _weighted(folder: Path) -> Iterator[Path]:
    """Yield the parts of a pipeline that have weights."""
    for name, said in sorted(_json(folder / INDEX).items()):
        part = folder / name
        parts = cast("list[object]", said) if isinstance(said, list) else []
        if not parts or parts[0] is None:
            continue
        if not part.is_dir():
            raise GeneratorError(f"The part {name} of this pipeline is missing.")
        if not any(word in str(parts[1]) for word in ("Scheduler", "Tokenizer", "Processor")):
            yield part


def asset(where: Source, folder: Path) -> Asset:
    """Return which model it is: of a folder the revision is a digest over all that is in it.

    Reads every byte of a folder that is no snapshot of the hub: some seconds a gigabyte.
    """
    licence = _licence(folder / "README.md")
    if where.folder is None:
        return Asset("model", where.repository, where.commit, licence)
    cached = _CACHED.fullmatch(folder.parent.parent.name)
    if cached and re.fullmatch(r"[0-9a-f]{40}", folder.name):
        return Asset("model", f"{cached[1]}/{cached[2]}", folder.name, licence)
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{digest} {path.relative_to(folder).as_posix()}\n".encode())
    return Asset("model", folder.resolve().name, f"sha256:{whole.hexdigest()}", licence)


def _licence(card: Path) -> str:
    """Return the licence that a model's card names."""
    if not card.is_file():
        return UNKNOWN_LICENCE
    with card.open(encoding="utf-8", errors="replace") as file:
        head = file.read(CARD_BYTES_MAX).split("\n---", 1)[0]
    said = dict(_LICENCE.findall(head))
    named = said.get("license", UNKNOWN_LICENCE)
    return said.get("license_name", named) if named == "other" else named


def _json(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(INDEX_BYTES_MAX))
    except (OSError, ValueError) as error:
        raise GeneratorError(
            f"This folder is no diffusers pipeline: its {path.name} cannot be read."
        ) from error
    if not isinstance(value, dict):
        raise GeneratorError(f"This folder is no diffusers pipeline: {path.name} is no object.")
    return cast("dict[str, object]", value)
