"""Whatever is sent, the answer is one clear problem document, and nothing is half-written."""

import json

import pytest

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from tests.people import ENROLMENT, GRANT
from tests.rightsd.web.conftest import Clients

JSON = {"Content-Type": "application/json"}


def entries(rt: Runtime) -> int:
    with rt.transaction() as tx:
        row = tx.conn.execute(
            "SELECT (SELECT count(*) FROM ledger.intake) + (SELECT count(*) FROM ledger.entry)"
        ).fetchone()
    assert row is not None
    return row[0]


def problem(answer: object, status: int, code: str | None = None) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["title"]
    if code is not None:
        assert document["type"].endswith(f"/{code}")
        assert document["detail"]
    return document


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "   ",
        "null\u0000byte",
        "bell\u0007",
        "lone \ud800 surrogate",
        "right-to-left \u202e override",
        "x" * 4001,
        17,
        None,
        ["a"],
    ],
)
def test_a_prompt_that_is_no_prompt(everyone: Clients, shared_rt: Runtime, prompt: object) -> None:
    before = (everyone(Role.CREATOR), entries(shared_rt))[1]

    answer = everyone(Role.CREATOR).post(
        "/v1/generations", content=json.dumps({"prompt": prompt}), headers=JSON
    )

    document = problem(answer, 422, "invalid")
    assert document["faults"][0]["where"] == "body/prompt"
    assert entries(shared_rt) == before


def test_a_prompt_of_a_megabyte(everyone: Clients) -> None:
    answer = everyone(Role.CREATOR).post("/v1/generations", json={"prompt": "x" * 1_000_000})

    problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds": 0},
        {"seconds": 61},
        {"width": 641},
        {"width": 8192, "height": 8192},
        {"seed": -1},
        {"seed": 2**63},
        {"cameos": ["a"] * 5},
        {"cameos": ["../etc"]},
        {"surprise": 1},
    ],
)
def test_a_clip_out_of_bounds(everyone: Clients, fields: dict[str, object]) -> None:
    answer = everyone(Role.CREATOR).post("/v1/generations", json={"prompt": "a ball"} | fields)

    problem(answer, 422, "invalid")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"prompt": NaN}', b"[" * 100_000]
)
def test_a_body_that_is_no_json(everyone: Clients, body: bytes) -> None:
    answer = everyone(Role.CREATOR).post("/v1/generations", content=body, headers=JSON)

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_another_kind(everyone: Clients) -> None:
    answer = everyone(Role.CREATOR).post(
        "/v1/generations", content=b"prompt=a", headers={"Content-Type": "text/plain"}
    )

    problem(answer, 422, "invalid")


@pytest.mark.parametrize(
    "key", ["", "rk_", "rk_x_y", "rk_" + "0" * 16 + "_wrong", "x" * 5000, "ключ"]
)
def test_a_wrong_key(everyone: Clients, key: str) -> None:
    answer = everyone(None).get(
        "/v1/accounts/me", headers={"Authorization": f"Bearer {key}".encode()}
    )

    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_secret_under_a_right_name(everyone: Clients) -> None:
    right = everyone(Role.CREATOR).headers["authorization"]
    wrong = right[:-4] + ("aaaa" if not right.endswith("aaaa") else "bbbb")

    answer = everyone(None).get("/v1/accounts/me", headers={"Authorization": wrong})

    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("name", ["gen_" + "0" * 32, "gen_x", "con_" + "0" * 32, "%00", "..%2f"])
def test_an_id_that_does_not_exist(everyone: Clients, name: str) -> None:
    answer = everyone(Role.CREATOR).get(f"/v1/generations/{name}")

    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_someone_elses_things_do_not_exist(everyone: Clients) -> None:
    mine = everyone(Role.CREATOR).post("/v1/generations", json={"prompt": "a ball"}).json()
    other = everyone(Role.ADMIN).post("/v1/accounts", json={"role": "creator", "name": "B"}).json()
    headers = {"Authorization": f"Bearer {other['api_key']}"}

    for path in (f"/v1/generations/{mine['id']}", f"/v1/generations/{mine['id']}/file"):
        theirs = everyone(None).get(path, headers=headers)
        nobodys = everyone(None).get(path.replace(mine["id"], "gen_" + "0" * 32), headers=headers)
        assert problem(theirs, 404, "not-found") == problem(nobodys, 404, "not-found")


def test_no_such_route_and_no_such_method(everyone: Clients) -> None:
    problem(everyone(None).get("/v1/nothing"), 404)
    problem(everyone(None).delete("/v1/works"), 405)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a video",
        bytes(2048),
        b"\x00\x00\x00\x18ftypmp42" + bytes(400),
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_an_upload_that_is_no_video(everyone: Clients, content: bytes) -> None:
    answer = everyone(None).post(
        "/v1/verifications", files={"file": ("x.mp4", content, "video/mp4")}
    )

    problem(answer, 422, "invalid")


def test_an_upload_that_is_no_upload(everyone: Clients) -> None:
    problem(everyone(None).post("/v1/verifications", json={"file": "x"}), 422, "invalid")
    problem(everyone(None).post("/v1/verifications"), 422, "invalid")


def test_an_upload_that_says_it_is_too_large(everyone: Clients) -> None:
    answer = everyone(None).post(
        "/v1/verifications", content=b"x", headers={"Content-Length": str(10**12)}
    )

    problem(answer, 413, "too-large")


def test_a_database_that_is_down_is_said_to_be_down(clients: Clients, rt: Runtime) -> None:
    creator = clients(Role.CREATOR)
    rt.pool.close()

    answer = creator.post("/v1/generations", json={"prompt": "a ball"})

    document = problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"]
    assert "pool" not in json.dumps(document)


def test_a_fault_of_ours_says_nothing_of_it(clients: Clients, rt: Runtime) -> None:
    creator = clients(Role.CREATOR)
    with rt.transaction() as tx:
        tx.conn.execute("ALTER TABLE rights.alias RENAME TO elsewhere")

    answer = creator.post("/v1/generations", json={"prompt": "a ball"})

    document = problem(answer, 500)
    assert "alias" not in json.dumps(document)


@pytest.mark.parametrize("field", ["name", "email", "statement"])
def test_a_notice_with_a_null_byte(everyone: Clients, field: str) -> None:
    notice = {
        "generation_id": "gen_" + "0" * 32,
        "kind": "copyright",
        "name": "A",
        "email": "a@b",
        "statement": "mine",
        "good_faith": True,
        "accurate": True,
    } | {field: "a\u0000@b"}

    problem(everyone(None).post("/v1/notices", json=notice), 422, "invalid")


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "2001-01-01T00:00:00Z"])
def test_a_consent_that_runs_out_at_an_impossible_time(everyone: Clients, moment: str) -> None:
    subject = everyone(Role.PERSON).post(
        "/v1/subjects", json=ENROLMENT | {"handle": f"h{moment[:4]}"}
    )
    grantee = everyone(Role.CREATOR).get("/v1/accounts/me").json()["account_id"]
    body = {"subject_id": subject.json()["id"], "grantee_id": grantee, "expires_at": moment}
    body |= GRANT

    problem(everyone(Role.PERSON).post("/v1/consents", json=body), 422, "invalid")
    assert everyone(Role.CREATOR).get("/v1/consents").status_code == 200


def test_a_clip_that_casts_a_crowd(everyone: Clients) -> None:
    prompt = " ".join(f"@someone_{number}" for number in range(5))

    answer = everyone(Role.CREATOR).post("/v1/generations", json={"prompt": prompt})

    problem(answer, 422, "invalid")


def test_a_prompt_that_names_thousands_of_works(clients: Clients) -> None:
    brand = clients(Role.RIGHTS_HOLDER)
    for number in range(30):
        work = {"kind": "mark", "title": f"Nebula {number}", "aliases": ["nebulor"]}
        made = brand.post("/v1/works", json=work).json()
        assert brand.post("/v1/optouts", json={"work_id": made["id"]}).status_code == 201

    answer = clients(Role.CREATOR).post("/v1/generations", json={"prompt": "nebulor"})

    assert len(problem(answer, 403, "refused")["reasons"]) == 20


def test_the_page_shows_a_problem_as_a_page(everyone: Clients) -> None:
    answer = everyone(None).post("/verify", files={"file": ("<b>x</b>.mp4", b"no", "video/mp4")})

    assert answer.status_code == 422
    assert "could not be checked" in answer.text
    assert "<b>x</b>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
