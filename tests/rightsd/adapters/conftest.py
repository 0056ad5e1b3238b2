"""A film, and who signs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rightsd.adapters.c2pa import ContentCredentials
from tests.rightsd.adapters.credentialed import OURS, write_video


@pytest.fixture(scope="module")
def ours() -> Iterator[ContentCredentials]:
    credentials = OURS.credentials()
    yield credentials
    credentials.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "plain.mp4"
    write_video(path)
    return path
