"""Uploaded files: copied to the work folder, bounded, and gone afterwards."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from fastapi import UploadFile

from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

UPLOAD_BYTES_MAX = 256 * 1024 * 1024


@contextmanager
def stored(rt: Runtime, upload: UploadFile) -> Generator[Path]:
    """Give an upload a path for as long as it is looked at.

    Raises:
        RightsError: INVALID, when it is empty; TOO_LARGE.
    """
    with tempfile.NamedTemporaryFile(dir=rt.work_folder, prefix="upload-") as file:
        shutil.copyfileobj(upload.file, file)
        file.flush()
        size = file.tell()
        if size == 0:
            raise RightsError(Code.INVALID, "the file is empty")
        if size > UPLOAD_BYTES_MAX:
            raise RightsError(Code.TOO_LARGE, f"a file may have {UPLOAD_BYTES_MAX} bytes")
        yield Path(file.name)
