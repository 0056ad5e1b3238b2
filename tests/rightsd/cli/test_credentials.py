"""`rightsd verify-credential`, against a daemon that serves, and against files alone."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from socket import create_server

import httpx
import pytest
import uvicorn
from click.testing import CliRunner, Result

from rightsd.cli import main
from rightsd.domain.principal import Role
from rightsd.domain.proof import Issuer
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts
from tests.people import ADMIN, ENROLMENT, GRANT


@dataclass(frozen=True)
class Served:
    """A daemon on loopback, with a consent of a person to a creator."""

    url: str
    person: httpx.Client
    creator: httpx.Client
    consent_id: str
    folder: Path

    def save(self, client: httpx.Client, path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        file = self.folder / path.strip("/").replace("/", "-")
        file.write_bytes(answer.content)
        return str(file)

    def credential(self) -> str:
        return self.save(self.creator, f"/v1/consents/{self.consent_id}/credential")


def client(rt: Runtime, url: str, role: Role) -> httpx.Client:
    with rt.transaction() as tx:
        opened = accounts.open_account(tx, ADMIN, role=role, name=role.value)
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {opened.api_key}"})


@pytest.fixture
def served(rt: Runtime, tmp_path: Path) -> Iterator[Served]:
    with closing(create_server(("127.0.0.1", 0))) as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        app = create_app(replace(rt, issuer=Issuer(url, "Someone Ltd.")))
        # Whoever connects before it serves waits in the socket's queue.
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            with (
                client(rt, url, Role.PERSON) as person,
                client(rt, url, Role.CREATOR) as creator,
            ):
                subject = person.post("/v1/subjects", json=ENROLMENT | {"handle": "ada"}).json()
                grantee_id = creator.get("/v1/accounts/me").json()["account_id"]
                wish = {"subject_id": subject["id"], "grantee_id": grantee_id}
                consent = person.post("/v1/consents", json=GRANT | wish).json()
                yield Served(url, person, creator, consent["id"], tmp_path)
        finally:
            server.should_exit = True
            thread.join(30)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["verify-credential", *args])


def test_a_credential_is_checked_with_what_its_issuer_serves(served: Served) -> None:
    result = run(served.credential(), "--private")

    assert result.exit_code == 0, result.output
    assert f"good: a credential of a consent, issued by {served.url}" in result.output
    assert "whether to trust that issuer is yours to say" in result.output
    assert "it stands" in result.output
    assert f"consent_id: {served.consent_id}" in result.output


def test_it_is_not_good_as_soon_as_the_revocation_has_answered(served: Served) -> None:
    file = served.credential()
    assert run(file, "--private").exit_code == 0

    assert served.person.post(f"/v1/consents/{served.consent_id}/revoke").status_code == 200

    result = run(file, "--private")
    assert result.exit_code == 1
    assert "says: revoked" in result.output


def test_it_is_checked_without_a_network_with_keys_and_list_in_files(served: Served) -> None:
    file = served.credential()
    keys = served.save(served.creator, "/.well-known/jwks.json")
    status_list = served.save(served.creator, "/v1/statuslists/0")

    result = run(file, "--jwks", keys, "--status-list", status_list)

    assert result.exit_code == 0, result.output
    assert "yours to say" not in result.output


def test_nothing_is_fetched_from_private_addresses_unless_that_is_asked(served: Served) -> None:
    result = run(served.credential())

    assert result.exit_code == 1
    assert "not good: The URL must begin with https://" in result.output


def test_receipts_are_explained(served: Served) -> None:
    asked = served.creator.post("/v1/generations", json={"prompt": "@ada waves"}).json()
    decision = served.save(served.creator, f"/v1/generations/{asked['id']}/decision")
    receipt = served.save(served.person, f"/v1/consents/{served.consent_id}/receipt")
    keys = ("--jwks", f"{served.url}/.well-known/jwks.json", "--private")

    decided, received = run(decision, *keys), run(receipt, *keys, "--json")

    assert decided.exit_code == received.exit_code == 0
    assert "good: a receipt of a decision" in decided.output
    assert "outcome: allow" in decided.output
    assert json.loads(received.output)["record_id"] == served.consent_id


def test_a_proof_that_was_changed_is_not_good(served: Served, tmp_path: Path) -> None:
    text = Path(served.credential()).read_text()
    changed = tmp_path / "changed"
    changed.write_text(text.replace("~", "x~", 1))

    result = run(str(changed), "--private")

    assert result.exit_code == 1
    assert result.output.startswith("not good: ")


def test_who_presents_it_must_have_signed_if_that_is_asked(served: Served) -> None:
    result = run(served.credential(), "--private", "--nonce", "n")

    assert result.exit_code == 1
    assert "has not signed this presentation" in result.output


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a.b.c", b"~" * 1000, b"x" * 1_000_000])
def test_a_file_of_anything_is_not_good(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)

    result = run(str(file))

    assert result.exit_code == 1
    assert result.output.startswith("not good: ")


def test_a_key_set_that_is_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a.b.c")

    result = run(str(file), "--jwks", str(tmp_path / "missing"))

    assert result.exit_code == 2
    assert "cannot be read" in result.output


def test_rotating_makes_the_next_key(
    served: Served, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTSD_HOME", str(home))
    before = served.creator.get("/.well-known/jwks.json").json()["keys"]

    result = CliRunner().invoke(main, ["ledger", "rotate-credential-key"])

    after = served.creator.get("/.well-known/jwks.json").json()["keys"]
    assert result.exit_code == 0, result.output
    assert after[: len(before)] == before
    assert after[-1]["kid"] in result.output
    assert run(served.credential(), "--private").exit_code == 0
