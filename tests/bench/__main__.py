"""`make bench`, or `python -m tests.bench NAME…`: run benchmarks and keep what they say.

A benchmark is a module here with `run(folder) -> list[Row]`. Its table is printed, and kept in
`results/` with the machine and the commit that it was measured on. Timings are never asserted.
With `--quick NAME` it is run on what its module calls QUICK, to see that it works, and is not kept.
"""

import importlib
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.table import render

HERE = Path(__file__).parent
RESULTS = HERE / "results"
QUICK = "--quick"


def names() -> list[str]:
    """Return the modules that have a `run`; the others are what these share."""
    return sorted(path.stem for path in HERE.glob("*.py") if "\ndef run(" in path.read_text())


def main(wanted: list[str], *, quick: bool) -> None:
    RESULTS.mkdir(exist_ok=True)
    for name in wanted or names():
        module = importlib.import_module(f"tests.bench.{name}")
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="rb-") as folder:
            table = render(module.run(Path(folder), **(module.QUICK if quick else {})))
        text = f"# {name}\n\n{_circumstances(load)}\n\n{table}"
        print(text)
        if not quick:
            (RESULTS / f"{name}.md").write_text(text)


def _circumstances(load: float) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip() or 'unknown'}, "
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load before the run {load:.1f}."
    )


if __name__ == "__main__":
    main([each for each in sys.argv[1:] if each != QUICK], quick=QUICK in sys.argv)
