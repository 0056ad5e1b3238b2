import io
import tarfile
from pathlib import Path

import pytest

from rightsd.adapters import tar
from rightsd.adapters.tar import Archive, ArchiveError


def pack(path: Path, **members: bytes) -> Path:
    with path.open("wb") as file:
        for name, content in members.items():
            file.writelines(tar.entry(name, io.BytesIO(content)))
        file.write(bytes(1024))
    return path


def test_other_tools_read_it(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.tar", a=b"one", b=b"")

    with tarfile.open(path) as archive:
        assert archive.getnames() == ["a", "b"]
        file = archive.extractfile("a")
        assert file is not None
        assert file.read() == b"one"


def test_lines_of_several_members_are_read_side_by_side(tmp_path: Path) -> None:
    lines = [b"%d" % number * 1000 for number in range(300)]
    content = b"".join(line + b"\n" for line in lines)

    with Archive(pack(tmp_path / "x.tar", a=content, b=content)) as archive:
        assert list(zip(archive.lines("a"), archive.lines("b"), strict=True)) == [
            (line, line) for line in lines
        ]


def test_a_member_without_a_last_newline_is_refused(tmp_path: Path) -> None:
    with Archive(pack(tmp_path / "x.tar", a=b"one\ntwo")) as archive:
        lines = archive.lines("a")
        assert next(lines) == b"one"
        with pytest.raises(ArchiveError, match="whole line"):
            next(lines)


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    with (
        Archive(pack(tmp_path / "x.tar", a=b"x" * (tar.LINE_BYTES_MAX + 2**17))) as archive,
        pytest.raises(ArchiveError, match="has a line of more than"),
    ):
        next(archive.lines("a"))
