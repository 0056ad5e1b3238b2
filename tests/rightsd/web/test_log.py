"""The log over HTTP, as a stranger reads it: c2sp.org/tlog-tiles, proofs and receipts."""

import gzip
import json
from dataclasses import dataclass, replace

import pytest
from fastapi.testclient import TestClient

from ledger import fsck, log, note, policy, proof, receipt, sequencing
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.ports import LogKeys
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import checkpoints
from tests import people
from tests.ledger.cosigned import keep, quorum
from tests.rightsd.web.conftest import Clients

FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=2"
# Of a log of 300 entries, or of any.
MISSING = (
    "0/001",  # Not full yet.
    "0/001.p/45",  # Not that far yet.
    "0/002",
    "0/002.p/1",
    "1/000",
    "1/000.p/2",
    "2/000",  # An empty tile is never served.
    "0/000.p/0",
    "0/000.p/256",
    "0/000.p/03",
    "0/000.p",
    "0/0",
    "00/000",
    "0/x000/000",
    "64/000",
    "entries/001",
    "entries/001.p/45",
    "entries/002",
    "entries",
    "",
    "0/000/",
    "0/" + "x999/" * 5 + "999",
    "0/" + 1000 * "x",
    "data/000",
    "0/000%00",
)


@dataclass(frozen=True)
class Mute:
    """A key of the log that signs nothing."""

    name: str
    vkey: str

    def sign(self, text: bytes, /) -> bytes:
        raise RightsError(Code.UNAVAILABLE, f"no signature over {len(text)} bytes")


@dataclass(frozen=True)
class Away:
    """Keys of the log that cannot be asked for a signature."""

    inner: LogKeys

    @property
    def origin(self) -> str:
        return self.inner.origin

    def make(self, number: int) -> Mute:
        return Mute(self.origin, self.inner.make(number).vkey)

    def signer(self, number: int) -> Mute:
        return Mute(self.origin, self.inner.signer(number).vkey)

    def place(self, number: int) -> str:
        return self.inner.place(number)


@pytest.fixture
def client(clients: Clients) -> TestClient:
    return clients(None)


def grow(rt: Runtime, count: int) -> None:
    with rt.transaction() as tx:
        for number in range(count):
            body = b'{"number":%d}' % number
            log.record(
                tx.conn, event_id=f"evt_{number}", kind="number.counted", subject="num_1", body=body
            )
    with rt.transaction() as tx:
        sequencing.sequence(tx.conn, signers=rt.log_signers(tx))


def publish(rt: Runtime, handle: str = "ada") -> tuple[str, bytes]:
    """Have something happen; return the id and the entry of the last event, in the log."""
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        people.subject(tx, person, handle)
        event = tx.events[-1]
    checkpoints.sequence(rt)
    with rt.transaction() as tx:
        index = log.find(tx.conn, event.id)
        assert index is not None
        (entry,) = log.entries(tx.conn, index, index + 1)
    return event.id, entry.body


def test_a_stranger_checks_the_whole_log(rt: Runtime, client: TestClient) -> None:
    grow(rt, 600)
    seen: list[bytes] = []

    def fetch(path: str) -> bytes:
        answer = client.get(f"/log/{path}")
        if answer.status_code != 200:
            raise LookupError(path)
        return answer.content

    fsck.check(
        fetch("checkpoint"),
        rt.log_keys.make(1).vkey,
        fetch,
        visit=lambda _, entry: seen.append(entry),
    )

    assert seen == [b'{"number":%d}' % number for number in range(600)]


def test_a_log_without_a_checkpoint_has_none_yet(client: TestClient) -> None:
    answer = client.get("/log/checkpoint")

    assert answer.status_code == 404
    assert answer.headers["cache-control"] == BRIEFLY


def test_the_checkpoint_is_text_for_a_few_seconds(rt: Runtime, client: TestClient) -> None:
    grow(rt, 3)

    answer = client.get("/log/checkpoint")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == BRIEFLY
    assert note.parse(answer.content).text.splitlines()[1] == b"3"


@pytest.mark.parametrize(
    ("path", "width"),
    [("0/000", 256), ("0/001.p/44", 44), ("0/000.p/3", 3), ("1/000.p/1", 1)],
)
def test_a_tile_is_bytes_for_ever(rt: Runtime, client: TestClient, path: str, width: int) -> None:
    grow(rt, 300)

    answer = client.get(f"/log/tile/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == FOREVER
    assert len(answer.content) == 32 * width
    assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["entries/000", "entries/001.p/44", "entries/000.p/255"])
def test_a_bundle_comes_compressed_to_whoever_takes_it_so(
    rt: Runtime, client: TestClient, path: str
) -> None:
    grow(rt, 300)

    plain = client.get(f"/log/tile/{path}", headers={"Accept-Encoding": "identity"})
    with client.stream(
        "GET", f"/log/tile/{path}", headers={"Accept-Encoding": "gzip"}
    ) as compressed:
        raw = b"".join(compressed.iter_raw())

    assert "content-encoding" not in plain.headers
    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) == len(raw) < len(plain.content)
    assert gzip.decompress(raw) == plain.content
    for answer in (plain, compressed):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == FOREVER


def test_what_the_checkpoint_does_not_cover_is_not_there_for_a_few_seconds(
    rt: Runtime, client: TestClient
) -> None:
    grow(rt, 300)

    for path in MISSING:
        answer = client.get(f"/log/tile/{path}")

        assert answer.status_code == 404, path
        assert answer.headers["cache-control"] == BRIEFLY
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_proof_verifies_offline(rt: Runtime, client: TestClient) -> None:
    event_id, entry = publish(rt)

    answer = client.get(f"/v1/ledger/proofs/{event_id}")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == BRIEFLY
    head = proof.verify(answer.content, entry, note.parse_vkey(rt.log_keys.make(1).vkey))
    assert head.size > 0
    assert json.loads(entry)["id"] == event_id


def test_a_receipt_verifies_offline_against_the_root_of_the_checkpoint(
    rt: Runtime, client: TestClient
) -> None:
    event_id, entry = publish(rt)
    key = note.parse_vkey(rt.log_keys.make(1).vkey)

    answer = client.get(f"/v1/ledger/receipts/{event_id}")

    assert answer.headers["content-type"] == 'application/cose; cose-type="cose-sign1"'
    assert answer.headers["cache-control"] == BRIEFLY
    root = receipt.verify(answer.content, entry, key)
    head = proof.verify(client.get(f"/v1/ledger/proofs/{event_id}").content, entry, key)
    assert root == head.root


def test_one_signature_serves_all_receipts_of_a_checkpoint(rt: Runtime) -> None:
    first, _ = publish(rt)
    second, entry = publish(rt, "grace")
    assert checkpoints.receipt(rt, first)
    key = note.parse_vkey(rt.log_keys.make(1).vkey)
    away = replace(rt, log_keys=Away(rt.log_keys))

    issued = checkpoints.receipt(away, second)

    assert issued is not None
    assert receipt.verify(issued, entry, key)


@pytest.mark.parametrize("kind", ["proofs", "receipts"])
def test_what_is_not_in_the_log_has_no_proof(rt: Runtime, client: TestClient, kind: str) -> None:
    grow(rt, 3)

    for name in ("evt_" + "0" * 32, "evt_0", "con_" + "0" * 32, "x" * 500):
        answer = client.get(f"/v1/ledger/{kind}/{name}")

        assert answer.status_code == 404, name
        assert answer.headers["cache-control"] == BRIEFLY


def test_pages_of_others_may_read_all_of_it(rt: Runtime, client: TestClient) -> None:
    event_id, _ = publish(rt)
    paths = [
        "/log/checkpoint",
        "/log/tile/0/000.p/1",
        "/log/tile/entries/000.p/1",
        "/log/tile/0/000",
        f"/v1/ledger/proofs/{event_id}",
        f"/v1/ledger/receipts/{event_id}",
        "/v1/ledger/receipts/evt_0",
    ]

    answers = [client.get(path, headers={"Origin": "https://a.example"}) for path in paths]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 200, 200, 404]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"*"}


def test_what_is_not_cosigned_yet_is_shown_to_no_one(rt: Runtime) -> None:
    asked = replace(rt, witness_policy=quorum(2))
    with TestClient(create_app(asked)) as client:
        event_id, _ = publish(rt)
        with rt.transaction() as tx:
            size = tx.conn.execute("SELECT size FROM ledger.head").fetchone()
            assert size is not None
            keep(tx.conn, size[0], "w1", "w2")
        first = client.get("/log/checkpoint").content
        later_id, _ = publish(rt, "grace")
        paths = [f"/log/tile/{what}/000.p/{size[0] + 1}" for what in ("0", "entries")]
        paths += [f"/v1/ledger/{what}/{later_id}" for what in ("proofs", "receipts")]

        answers = [client.get(path) for path in paths]

        assert [answer.status_code for answer in answers] == [404] * 4
        assert {answer.headers["cache-control"] for answer in answers} == {BRIEFLY}
        assert client.get("/log/checkpoint").content == first
        assert client.get(f"/v1/ledger/proofs/{event_id}").content.endswith(first)
        with rt.transaction() as tx:
            assert log.find(tx.conn, later_id) is not None
            newest = note.parse(log.latest(tx.conn) or b"").text.splitlines()[1]
            keep(tx.conn, int(newest), "w3", "w1")
        assert [client.get(path).status_code for path in paths] == [200] * 4
        assert policy.verify(
            client.get("/log/checkpoint").content,
            quorum(2),
            logs=[note.parse_vkey(rt.log_keys.make(1).vkey)],
        )


def test_whoever_asks_for_the_head_alone_gets_it(rt: Runtime, client: TestClient) -> None:
    event_id, _ = publish(rt)

    for path in (
        "/log/checkpoint",
        "/log/tile/0/000.p/1",
        "/log/tile/entries/000.p/1",
        f"/v1/ledger/proofs/{event_id}",
        f"/v1/ledger/receipts/{event_id}",
    ):
        whole, head = client.get(path), client.head(path)

        assert head.status_code == 200
        assert head.headers == whole.headers


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("x-gzip-not", False),
        ("", False),
    ],
)
def test_a_bundle_is_compressed_for_whoever_takes_it_so(
    rt: Runtime, client: TestClient, accepted: str, *, is_compressed: bool
) -> None:
    grow(rt, 3)

    answer = client.get("/log/tile/entries/000.p/3", headers={"Accept-Encoding": accepted})

    assert ("content-encoding" in answer.headers) == is_compressed
