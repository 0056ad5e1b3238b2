"""`rightsd demo`: the whole story over HTTP, every line of it asserted."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from rightsd.cli import story, terminal
from rightsd.cli.client import Client
from rightsd.errors import RightsError

START_SECONDS_MAX = 90.0
STOP_SECONDS_MAX = 40.0


@dataclass(slots=True)
class Report:
    """The lines of the table, in the order in which they happened."""

    progress: Progress
    lines: list[tuple[str, str, float]] = field(default_factory=list[tuple[str, str, float]])

    @contextmanager
    def step(self, what: str) -> Generator[list[str]]:
        """Time a step and note what came of it; a failed assertion names the step and ends."""
        task = self.progress.add_task(what, total=1.0)
        found: list[str] = []
        began = time.monotonic()
        try:
            yield found
        except (AssertionError, KeyError, RightsError, httpx.HTTPError) as error:
            self.progress.stop()
            raise click.ClickException(f"the step “{what}” failed: {error!r}") from error
        took = time.monotonic() - began
        self.progress.update(task, completed=1.0)
        self.lines.append((what, "; ".join(found), took))

    def watch(self) -> Callable[[str, float], None]:
        """Return what shows how far a generation has come, on the newest bar."""
        task = self.progress.task_ids[-1]
        what = self.progress.tasks[-1].description

        def show(stage: str, share: float) -> None:
            self.progress.update(task, completed=share, description=f"{what} [dim]{stage}[/dim]")

        return show


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    help="Where to leave the files.",
)
def demo(output: Path) -> None:
    """Show everything: gate, marks, verify, revoke, takedown, audit."""
    output.mkdir(parents=True, exist_ok=True)
    console = Console()
    with (
        tempfile.TemporaryDirectory(prefix="rightsd-", ignore_cleanup_errors=True) as home,
        _progress(console) as progress,
    ):
        report = Report(progress)
        with report.step("start the daemon on its own Postgres") as found:
            daemon, url, admin_key = _start(Path(home))
            found.append(url)
        try:
            story.tell(report, url, admin_key, output)
        finally:
            _stop(daemon)
    table = Table(title="What happened", show_lines=False)
    table.add_column("step", ratio=3)
    table.add_column("outcome", ratio=5, overflow="fold")
    table.add_column("took", justify="right", no_wrap=True)
    for what, outcome, took in report.lines:
        table.add_row(what, outcome, f"{took:.2f} s")
    console.print(table)
    console.print(f"The files are in {output}/")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=console,
    )


def _environment(home: Path, port: int) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RIGHTSD_")}
    return ours | {
        "RIGHTSD_HOME": str(home),
        "RIGHTSD_PORT": str(port),
        "RIGHTSD_WEBHOOK_PRIVATE": "true",  # The demo's platform is on this machine.
    }


def _start(home: Path) -> tuple[subprocess.Popen[str], str, str]:
    """Return a daemon that answers, its address, and the first admin key, which it prints."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    daemon = subprocess.Popen(
        [sys.executable, "-m", "rightsd", "serve"],
        env=_environment(home, port),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert daemon.stdout is not None
    admin_key = ""
    for line in daemon.stdout:  # Until the key is there, or the daemon has ended.
        if line.startswith(terminal.FIRST_KEY):
            admin_key = line.removeprefix(terminal.FIRST_KEY).strip()
            break
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and daemon.poll() is None:
        try:
            if Client(url).get("/readyz").status_code == 200:
                return daemon, url, admin_key
        except httpx.TransportError:
            time.sleep(0.1)
    _stop(daemon)
    raise AssertionError("the daemon did not start")


def _stop(daemon: subprocess.Popen[str]) -> None:
    daemon.terminate()
    try:
        daemon.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
