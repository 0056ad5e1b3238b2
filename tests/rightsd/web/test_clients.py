"""Clients, and the tokens that they get: RFC 6749, as a stranger's program meets it."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from rightsd.adapters import jose
from rightsd.domain import credential
from rightsd.domain.client import TOKEN_LIFETIME, TOKEN_TYP
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.api import tokens
from rightsd.web.app import create_app
from tests.resolving import BASE
from tests.rightsd.web.conftest import Clients

FETCH, STORE, BIND = "fetch:manifests", "store:manifests", "store:bindings"
STATUS = f"{BASE}/matches/byBinding?alg=x.y&value=aGk"


def register(platform: TestClient, *scopes: str) -> dict:
    answer = platform.post("/v1/clients", json={"scopes": scopes or [FETCH, STORE]})
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(public: TestClient, client: dict, **form: str) -> Response:
    said = {"client_id": client["id"], "client_secret": client["secret"]}
    return public.post("/oauth/token", data={"grant_type": "client_credentials"} | said | form)


def use(public: TestClient, token: str) -> Response:
    return public.get(STATUS, headers={"Authorization": f"Bearer {token}"})


def test_a_client_gets_a_token_and_uses_it(clients: Clients) -> None:
    client = register(clients(Role.PLATFORM))

    answer = ask(clients(None), client)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said["token_type"] == "Bearer"
    assert said["expires_in"] == TOKEN_LIFETIME.total_seconds() == 600
    assert said["scope"] == f"{FETCH} {STORE}"
    assert use(clients(None), said["access_token"]).status_code == 200


def test_a_token_is_a_signed_one_that_names_the_client_and_no_account(
    rt: Runtime, clients: Clients
) -> None:
    client = register(clients(Role.PLATFORM))
    token = ask(clients(None), client).json()["access_token"]
    keys = jose.parse_key_set(clients(None).get("/.well-known/jwks.json").content)

    claims = jose.verify(token, keys, typ=TOKEN_TYP).claims

    assert set(claims) == {"iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope"}
    assert (claims["sub"], claims["aud"]) == (client["id"], rt.issuer.url + BASE)


def test_basic_authentication_is_the_same(clients: Clients) -> None:
    client = register(clients(Role.PLATFORM))
    written = base64.b64encode(f"{client['id']}:{client['secret']}".encode()).decode()

    answer = clients(None).post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": FETCH},
        headers={"Authorization": f"Basic {written}"},
    )

    assert answer.status_code == 200
    assert answer.json()["scope"] == FETCH


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": BIND}, 400, "invalid_scope"),
        ({"scope": f"{FETCH} everything"}, 400, "invalid_scope"),
        ({"scope": "x" * 10_000}, 400, "invalid_scope"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": f"cli_{'0' * 32}"}, 401, "invalid_client"),
        ({"client_id": "x" * 10_000}, 401, "invalid_client"),
        ({"client_id": "a\x00b"}, 401, "invalid_client"),
    ],
)
def test_errors_are_those_of_the_standard(
    everyone: Clients, form: dict[str, str], status: int, error: str
) -> None:
    client = register(everyone(Role.PLATFORM))

    answer = ask(everyone(None), client, **form)
    close = everyone(Role.PLATFORM).post(f"/v1/clients/{client['id']}/close")

    assert answer.status_code == status, answer.text
    assert answer.json()["error"] == error
    assert set(answer.json()) == {"error", "error_description"}
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert close.status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic YQ==", "Bearer a", "Basic /w=="])
def test_what_is_no_basic_authentication_names_nobody(everyone: Clients, header: str) -> None:
    answer = everyone(None).post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_closed_client_has_no_token_any_more_and_gets_none(clients: Clients) -> None:
    client = register(clients(Role.PLATFORM))
    token = ask(clients(None), client).json()["access_token"]

    closed = clients(Role.PLATFORM).post(f"/v1/clients/{client['id']}/close")

    assert closed.json()["state"] == "closed"
    assert use(clients(None), token).status_code == 401
    assert ask(clients(None), client).json()["error"] == "invalid_client"
    assert clients(Role.PLATFORM).post(f"/v1/clients/{client['id']}/close").status_code == 409


def test_a_token_ends_after_ten_minutes(rt: Runtime, clients: Clients) -> None:
    client = register(clients(Role.PLATFORM))
    token = ask(clients(None), client).json()["access_token"]

    def at(after: timedelta) -> int:
        later = replace(rt, clock=lambda: rt.clock() + after)
        with TestClient(create_app(later)) as public:
            return use(public, token).status_code

    assert at(TOKEN_LIFETIME - timedelta(seconds=5)) == 200
    assert at(TOKEN_LIFETIME) == 401


def test_a_token_for_something_else_is_none(rt: Runtime, clients: Clients) -> None:
    client = register(clients(Role.PLATFORM))
    good = jose.unverified(ask(clients(None), client).json()["access_token"])
    signer = rt.credential_keys.signer()

    forged = {
        "audience": jose.sign(signer, TOKEN_TYP, good | {"aud": rt.issuer.url}),
        "issuer": jose.sign(signer, TOKEN_TYP, good | {"iss": "https://other.example"}),
        "type": jose.sign(signer, "consent-receipt+jwt", good),
        "scope": jose.sign(signer, TOKEN_TYP, good | {"scope": BIND}),
        "client": jose.sign(signer, TOKEN_TYP, good | {"client_id": f"cli_{'0' * 32}"}),
        "endless": jose.sign(signer, TOKEN_TYP, good | {"exp": "never"}),
        "nothing": "a.b.c",
        "long": "a" * 5000,
    }

    answers = {name: use(clients(None), token) for name, token in forged.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        forged, 401
    )
    assert len({answer.text for answer in answers.values()}) == 1
    assert use(clients(None), jose.sign(signer, TOKEN_TYP, good)).status_code == 200


def test_an_api_key_is_no_token_and_a_token_no_api_key(clients: Clients) -> None:
    client = register(clients(Role.PLATFORM))
    token = ask(clients(None), client).json()["access_token"]

    assert clients(Role.PLATFORM).get(STATUS).status_code == 401
    headers = {"Authorization": f"Bearer {token}"}
    assert clients(None).get("/v1/accounts/me", headers=headers).status_code == 401


def test_the_secret_is_shown_once_and_kept_as_a_hash(rt: Runtime, clients: Clients) -> None:
    headers = {"Idempotency-Key": "one-and-the-same"}
    body = {"scopes": [FETCH]}
    first = clients(Role.PLATFORM).post("/v1/clients", json=body, headers=headers).json()
    again = clients(Role.PLATFORM).post("/v1/clients", json=body, headers=headers).json()

    (listed,) = clients(Role.PLATFORM).get("/v1/clients").json()
    with rt.transaction() as tx:
        rows = tx.conn.execute("SELECT client::text FROM rights.client").fetchall()

    assert again["id"] == first["id"]
    assert "secret" not in again or again["secret"] is None
    assert listed["secret"] is None
    assert first["secret"] not in str(rows)


def test_clients_are_ones_own_and_limited(clients: Clients) -> None:
    client = register(clients(Role.ADMIN))
    for _ in range(20):
        register(clients(Role.PLATFORM))

    more = clients(Role.PLATFORM).post("/v1/clients", json={"scopes": [FETCH]})
    other = clients(Role.PLATFORM).post(f"/v1/clients/{client['id']}/close")
    theirs = clients(Role.PLATFORM).get("/v1/clients").json()
    by_admin = clients(Role.ADMIN).post(f"/v1/clients/{theirs[0]['id']}/close")

    assert (more.status_code, other.status_code, by_admin.status_code) == (429, 404, 200)
    assert client["id"] not in {each["id"] for each in theirs}


def test_guessing_is_slowed_down(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    client = register(clients(Role.PLATFORM)) | {"secret": "wrong"}
    monkeypatch.setattr(tokens.guesses, "_per_minute", 2)

    statuses = [ask(clients(None), client).status_code for _ in range(4)]

    assert statuses[-1] == 429


def test_a_client_asks_for_so_many_tokens(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = register(clients(Role.PLATFORM))
    monkeypatch.setattr(tokens.requests, "_per_minute", 2)

    statuses = [ask(clients(None), client).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_the_metadata_says_where_tokens_are(rt: Runtime, everyone: Clients) -> None:
    said = everyone(None).get("/.well-known/oauth-authorization-server").json()

    assert said["token_endpoint"].endswith("/oauth/token")
    assert said["jwks_uri"].endswith(credential.KEYS_PATH)
    assert said["grant_types_supported"] == ["client_credentials"]
    assert said["scopes_supported"] == [FETCH, STORE, BIND]


def test_wrong_secrets_keep_no_client_from_its_token(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens.requests, "_per_minute", 2)
    client = register(clients(Role.PLATFORM))

    wrong = [ask(clients(None), client | {"secret": "x"}).status_code for _ in range(4)]
    right = ask(clients(None), client)

    assert (wrong, right.status_code) == ([401] * 4, 200)
