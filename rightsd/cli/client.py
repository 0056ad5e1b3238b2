"""The demo's HTTP client: one principal each, and nothing that a stranger could not do."""

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

TIMEOUT_SECONDS = 120.0
POLL_SECONDS = 0.05


class Client:
    """One principal's view of the API."""

    def __init__(self, url: str, api_key: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Send a JSON body under a fresh Idempotency-Key."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return self._http.post(path, json=dict(body or {}), headers=headers)

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create something, and return it."""
        response = self.post(path, body)
        assert response.status_code == 201, response.text
        return response.json()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Fetch something."""
        return self._http.get(path, headers=headers)

    def save(self, path: str, target: Path) -> httpx.Response:
        """Download a file."""
        response = self._http.get(path)
        if response.status_code == 200:
            target.write_bytes(response.content)
        return response

    def verify(self, path: Path) -> dict[str, Any]:
        """Ask what a file is."""
        with path.open("rb") as file:
            response = self._http.post(
                "/v1/verifications", files={"file": (path.name, file, "video/mp4")}
            )
        assert response.status_code == 200, response.text
        return response.json()

    def wait(
        self, generation_id: str, *, until: tuple[str, ...], seconds_max: float, progress: Any
    ) -> dict[str, Any]:
        """Poll a generation until it reaches one of some states or stages."""
        deadline = time.monotonic() + seconds_max
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.get(f"/v1/generations/{generation_id}").json()
            progress(found["stage"], found["progress"])
            if found["state"] in until or found["stage"] in until:
                return found
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"{generation_id} did not come to {' or '.join(until)} in time")
