"""Step 5: a revocation is a line in time, for work under way and for what is out."""

import threading

import pytest

from rightsd.workflows.generations import production
from tests.daemon import settle
from tests.paths.conftest import CAMEO, World, query

pytestmark = pytest.mark.slow


def revoke(world: World) -> None:
    answer = world.clients["person"].post(f"/v1/consents/{world.ids['consent']}/revoke")
    assert answer.status_code == 200, answer.text


def test_what_is_out_is_gone_with_the_commit(fresh: World) -> None:
    made = fresh.generate(CAMEO)
    path = fresh.download(made["id"])

    revoke(fresh)

    # Nothing has been sequenced and no job has run: the line is the commit itself.
    answer = fresh.clients["creator"].get(f"/v1/generations/{made['id']}/file")
    assert answer.status_code == 410
    assert answer.json()["type"].endswith("/withdrawn")
    assert fresh.verify(path)["verdict"] == "withdrawn"
    settle(fresh.rt)
    assert fresh.show(made["id"])["state"] == "withdrawn"
    assert fresh.verify(path)["verdict"] == "withdrawn"


def test_work_under_way_dies(fresh: World) -> None:
    asked = fresh.generate(CAMEO, work=False)
    working = threading.Thread(target=production.produce, args=(fresh.rt, asked["id"]))
    working.start()
    while fresh.show(asked["id"])["stage"] != "drawing":
        assert working.is_alive()

    revoke(fresh)
    working.join()

    assert fresh.show(asked["id"])["state"] == "refused"
    assert query(fresh.rt, "SELECT count(*) FROM rights.manifest") == [(0,)]


def test_what_waits_is_refused_without_being_begun(fresh: World) -> None:
    asked = fresh.generate(CAMEO, work=False)

    revoke(fresh)
    settle(fresh.rt)

    shown = fresh.show(asked["id"])
    assert (shown["state"], shown["stage"]) == ("refused", "waiting")
    kinds = [kind for (kind,) in query(fresh.rt, 'SELECT kind FROM ledger.entry ORDER BY "index"')]
    assert kinds[-2:] == ["consent.revoked", "generation.refused"]
