"""The black-box harness for the Soft Binding Resolution API, against the daemon as it is run.

It is @cognitiveproof/softbinding-api-conformance, of npm, and somebody else's; without it on the
PATH this is skipped. It stores text in place of manifest stores, so the daemon is told to take it.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest

from rightsd.domain.resolution import BASE
from tests.rightsd.cli.test_operate import serving

pytestmark = pytest.mark.slow

HARNESS = shutil.which("softbinding-api-conformance")
SCOPES = ["fetch:manifests", "store:manifests", "store:bindings"]


@pytest.mark.skipif(HARNESS is None, reason="softbinding-api-conformance is not on the PATH")
def test_the_harness_finds_nothing_wrong() -> None:
    assert HARNESS is not None
    with (
        tempfile.TemporaryDirectory(prefix="rd-") as folder,
        serving(Path(folder) / "home", RIGHTSD_DEPOSIT_ANYTHING="true") as (url, printed, _),
    ):
        key = re.search(r"rk_\S+", printed)
        assert key is not None
        headers = {"Authorization": f"Bearer {key[0]}"}
        client = httpx.post(f"{url}/v1/clients", json={"scopes": SCOPES}, headers=headers).json()
        form = {"grant_type": "client_credentials"}
        credentials = (client["id"], client["secret"])
        token = httpx.post(f"{url}/oauth/token", data=form, auth=credentials).json()["access_token"]

        done = subprocess.run(
            [HARNESS, "--base-url", url + BASE, "--token", token],
            cwd=Path(HARNESS).resolve().parents[1],  # It looks for its configuration from here on.
            check=False,
            capture_output=True,
            text=True,
        )

    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "skipped" not in said
