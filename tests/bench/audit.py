"""How long an auditor waits for a bundle to be verified, and how much memory it takes.

The bundles are made by `tests.bundles`, through the library's own functions: a mix of events as a
service has them, most of them about generations, one notice in fifty. Each is verified in a process
of its own, which says how long its one core was busy, and how large it was at most. What it is
compared with comes from the same kind of process: SHA-256 over the same bytes, and the tree alone.
Each row is one sample.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.table import Row

SIZES = (10_000, 100_000, 1_000_000)

# In a process of its own as well: it holds a whole tree, and Linux counts the size of the process
# that starts another as that other's.
BUILD = """
import sys
from pathlib import Path
from tests import bundles
with bundles.Log(bundles.Story().events(int(sys.argv[2]))) as log:
    bundles.write(Path(sys.argv[1]), bundles.members(log))
"""
# What each process does with the bundle; it prints CPU seconds and its peak in bytes.
MEASURED = """
import json, resource, sys, time
from pathlib import Path
path = Path(sys.argv[1])
{setup}
began = time.process_time()
{work}
seconds = time.process_time() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps([seconds, peak]))
"""
VERIFY = MEASURED.format(
    setup="from rightsd.workflows.exports import verifying",
    work="verifying.verify(path, None)",
)
DIGEST = MEASURED.format(
    setup="import hashlib",
    work="hashlib.file_digest(path.open('rb'), 'sha256')",
)
TREE = MEASURED.format(
    setup="""
from ledger import fsck
from rightsd.adapters.tar import Archive
from rightsd.workflows.exports import layout
from tests.bundles import SIGNER
archive = Archive(path)
""",
    work="fsck.check(archive.read('checkpoint'), SIGNER.vkey, archive.read)",
)


def run(folder: Path, *, sizes: Sequence[int] = SIZES) -> list[Row]:
    rows: list[Row] = []
    peaks: dict[int, float] = {}
    for size in sizes:
        path = folder / f"{size}.tar"
        subprocess.run([sys.executable, "-c", BUILD, str(path), str(size)], check=True)
        name = f"{size:,} entries, {path.stat().st_size / 1e6:,.0f} MB"
        seconds, peaks[size] = _measure(VERIFY, path)
        busy = f"verify {name}: one core, busy"
        goal = "at most 60 s" if size == sizes[-1] else ""
        digest, _ = _measure(DIGEST, path)
        tree, _ = _measure(TREE, path)
        rows += [
            Row(busy, seconds, "s", "SHA-256 of the file", digest, goal),
            Row(busy, seconds, "s", "fsck.check alone", tree),
            Row(
                f"verify {name}: largest size in memory",
                peaks[size] / 1e6,
                "MB",
                f"that of {sizes[0]:,} entries",
                peaks[sizes[0]] / 1e6,
                "flat",
            ),
        ]
        path.unlink()
    return rows


def _measure(program: str, path: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True
    )
    seconds, peak = json.loads(done.stdout)
    return seconds, peak
