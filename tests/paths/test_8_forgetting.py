"""Step 8: whoever leaves is gone: from every row, file, tile and bundle; and the proofs hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from psycopg import sql

from ledger import note, proof
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows import accounts, subjects
from rightsd.workflows.exports import verifying, writing
from tests.daemon import settle
from tests.paths.conftest import CAMEO, World
from tests.people import ADMIN, ENROLMENT, GRANT

pytestmark = pytest.mark.slow

# Words that are nowhere else in the code, each planted where people write.
PLANTED = {
    "name": "Quillon Persimmonwhistle",
    "handle": "zephyrine_quux",
    "prompt": "kaleidoscopic marzipan",
    "claimant": "Obadiah Thistlewick",
    "email": "thistlewick@example.org",
    "statement": "My grandmother's butterscotch barometer",
    "reason": "Sesquipedalian grounds",
    "restrictions": "taxidermied flamingos",
}
SEALED = ("account", "subject", "consent", "generation", "notice", "answer", "data_key")
LIKENESS = {"voice_hz": 211.0625, "height_m": 1.671875}


def rows(rt: Runtime) -> Iterator[tuple[str, str]]:
    """Yield every row of every table as text, as an intruder with a copy of the disk would."""
    with rt.transaction() as tx:
        tables = tx.conn.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type ="
            " 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            statement = sql.SQL("SELECT row_to_json(t)::text FROM {} AS t")
            for (text,) in tx.conn.execute(statement.format(sql.Identifier(schema, table))):
                yield f"{schema}.{table}", _with_bytes_read(text)


def _with_bytes_read(text: str) -> str:
    """Return a row's text, with the text that lies in its bytes beside it."""
    found = re.findall(r"\\\\x([0-9a-f]+)", text)
    return text + " ".join(bytes.fromhex(hexed).decode(errors="replace") for hexed in found)


def found_in(text: str) -> set[str]:
    planted = {*PLANTED.values(), *(str(number) for number in LIKENESS.values())}
    return {word for word in planted if word.lower() in text.lower()}


@pytest.fixture
def left(fresh: World) -> dict[str, str]:
    """Let someone be cast, be complained about, and leave; return the ids."""
    rt = fresh.rt
    with rt.transaction() as tx:
        opened = accounts.open_account(tx, ADMIN, role=Role.PERSON, name=PLANTED["name"])
    key = {"Authorization": f"Bearer {opened.api_key}"}
    person = TestClient(fresh.clients["public"].app, headers=key)
    body = {"handle": PLANTED["handle"], "likeness": LIKENESS}
    subject = person.post(
        "/v1/subjects", json=ENROLMENT | body, headers={"Idempotency-Key": "k" * 8}
    ).json()
    consent = {
        "subject_id": subject["id"],
        "grantee_id": fresh.ids["creator"],
        "restrictions": f"no {PLANTED['restrictions']}",
    }
    granted = person.post(
        "/v1/consents", json=GRANT | consent, headers={"Idempotency-Key": "c" * 8}
    )
    assert granted.status_code == 201
    prompt = f"@{PLANTED['handle']} waves beside a {PLANTED['prompt']} ball in a park."
    made = fresh.generate(CAMEO | {"prompt": prompt})
    assert made["state"] == "published", made
    notice = fresh.clients["public"].post(
        "/v1/notices",
        json={
            "generation_id": made["id"],
            "kind": "likeness",
            "name": PLANTED["claimant"],
            "email": PLANTED["email"],
            "statement": PLANTED["statement"],
            "good_faith": True,
            "accurate": True,
            "authorised": True,
            "work": PLANTED["handle"],
        },
    )
    assert notice.status_code == 201, notice.text
    file = fresh.download(made["id"])
    answer = person.post(f"/v1/subjects/{subject['id']}/unenrol")
    assert answer.status_code == 200, answer.text
    return {
        "subject": subject["id"],
        "generation": made["id"],
        "sha256": made["output"]["sha256"],
        "event": made["output"]["event_id"],
        "notice": notice.json()["id"],
        "consent": granted.headers["link"],
        "file": str(file),
    }


def test_in_the_clear_nothing_personal_is_ever_kept(fresh: World, left: dict[str, str]) -> None:
    settle(fresh.rt)

    assert left["subject"]
    everything = list(rows(fresh.rt))
    assert [(table, words) for table, text in everything if (words := found_in(text))] == []
    # This search finds what is there, in bytes as well as in texts.
    assert any('"account_id":"acc_' in text for _, text in everything if "evt_" in text)
    assert {table for table, _ in everything} >= {f"rights.{noun}" for noun in SEALED}


def test_nothing_is_erased_that_an_open_case_is_about(fresh: World, left: dict[str, str]) -> None:
    settle(fresh.rt)

    assert subjects.erase_leaving(fresh.rt) == 0

    assert PLANTED["prompt"] in fresh.show(left["generation"])["prompt"]
    assert fresh.rt.blobs.size(left["sha256"]) > 0


def test_who_has_left_is_gone_everywhere_and_old_proofs_still_verify(
    fresh: World, left: dict[str, str], tmp_path: Path
) -> None:
    rt = fresh.rt
    settle(rt)
    kept = fresh.clients["public"].get(f"/v1/ledger/proofs/{left['event']}").content
    uphold = f"/v1/notices/{left['notice']}/uphold"
    answer = fresh.clients["reviewer"].post(uphold, json={"reason": PLANTED["reason"]})
    assert answer.status_code == 200
    settle(rt)

    assert subjects.erase_leaving(rt) == 1
    settle(rt)

    shown = fresh.show(left["generation"])
    assert (shown["prompt"], shown["state"]) == ("", "withdrawn")
    assert found_in(str(shown)) == set()
    assert not list((tmp_path / "blobs").rglob(left["sha256"]))
    assert fresh.verify(Path(left["file"]))["verdict"] == "withdrawn"
    _check_log(fresh, kept, tmp_path)


def _check_log(world: World, kept: bytes, folder: Path) -> None:
    """Look for what was planted in all that the log ever shows; then check all that it says."""
    rt, public = world.rt, world.clients["public"]
    head = public.get("/log/checkpoint")
    size = int(head.text.split("\n")[1])
    bundles = [
        public.get(f"/log/tile/entries/000.p/{width}", headers={"Accept-Encoding": "identity"})
        for width in range(1, size + 1)
    ]
    assert {answer.status_code for answer in bundles} == {200}
    assert found_in(bundles[-1].text) == set()
    bundle = folder / "audit.tar"
    with bundle.open("wb") as file:
        writing.audit(rt, file)
    assert found_in(bundle.read_bytes().decode(errors="replace")) == set()
    assert "subject.erased" in bundles[-1].text
    trust = verifying.trust_keys([rt.log_keys.make(1).vkey])
    assert verifying.verify(bundle, trust).entries == size
    index = int(kept.split(b"index ")[1].split(b"\n")[0])
    body = bundles[-1].content
    for _ in range(index):
        body = body[2 + int.from_bytes(body[:2]) :]
    entry = body[2 : 2 + int.from_bytes(body[:2])]
    assert proof.verify(kept, entry, note.parse_vkey(rt.log_keys.make(1).vkey)).size <= size
