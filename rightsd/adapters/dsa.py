"""The DSA Transparency Database of the European Commission: a client.

Its answers are a stranger's: bounded, and only their status counts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from rightsd.adapters import http
from rightsd.adapters.http import Guard, Response
from rightsd.domain.dsa import BATCH_MAX
from rightsd.errors import Code, RightsError

SECONDS_MAX = 30.0
ANSWER_BYTES_MAX = 1_048_576  # It repeats what it was sent.
TOKEN_BYTES_MAX = 4096

_CREATED, _OK, _FOUND, _UNKNOWN, _INVALID = 201, 200, 302, 404, 422


class Taken(StrEnum):
    """What became of a request."""

    TAKEN = "taken"
    REFUSED = "refused"  # One statement at least is not as the database wants it, or is there.


@dataclass(frozen=True, slots=True)
class TransparencyDatabase:
    """Where statements of reasons go.

    Attributes:
        token_file: File with the token, read anew for every request.
        url: Where the database is; its API is under /api/v1.
        guard: Where that may be.
    """

    token_file: Path
    url: str
    guard: Guard = field(default_factory=Guard)

    def submit(self, statements: Sequence[Mapping[str, object]]) -> Taken:
        """Hand in statements, all or none.

        Raises:
            RightsError: UNAVAILABLE: it did not answer, or with nothing that is known of it.
        """
        assert 1 <= len(statements) <= BATCH_MAX
        body = json.dumps({"statements": list(statements)}, ensure_ascii=False).encode()
        answer = self._ask("POST", "/api/v1/statements", body)
        if answer.status == _CREATED:
            return Taken.TAKEN
        if answer.status == _INVALID:
            return Taken.REFUSED
        raise _unexpected(answer)

    def has(self, puid: str) -> bool:
        """Say whether the database has a statement of ours by this name.

        Raises:
            RightsError: UNAVAILABLE, as for `submit`.
        """
        answer = self._ask("GET", f"/api/v1/statement/existing-puid/{puid}")
        if answer.status in {_OK, _FOUND}:
            return True
        if answer.status == _UNKNOWN:
            return False
        raise _unexpected(answer)

    def _ask(self, method: Literal["GET", "POST"], path: str, body: bytes = b"") -> Response:
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        return http.fetch(
            method,
            self.url.rstrip("/") + path,
            guard=self.guard,
            seconds_max=SECONDS_MAX,
            bytes_max=ANSWER_BYTES_MAX,
            body=body,
            headers=headers,
        )

    def _token(self) -> str:
        try:
            with self.token_file.open("rb") as file:
                token = file.read(TOKEN_BYTES_MAX).decode("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            detail = f"the token for the transparency database cannot be read: {self.token_file}"
            raise RightsError(Code.UNAVAILABLE, detail) from error
        if not token.isprintable() or " " in token or not token:
            detail = f"{self.token_file} holds no token for the transparency database"
            raise RightsError(Code.UNAVAILABLE, detail)
        return token


def _unexpected(answer: Response) -> RightsError:
    detail = f"the transparency database answered with the status {answer.status}"
    return RightsError(Code.UNAVAILABLE, detail)
