"""The kernel's builds: one shared library for each level of processor, compiled on installation.

Run as a program it compiles what is older than its sources: `python -m generator.film.building`.
The compiler is the one that the package ziglang brings, so that no other needs to be there.
"""

import platform
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent / "kernel"
# In the order of preference: the first that the processor runs is loaded.
LEVELS: dict[str, tuple[str, ...]] = {
    "x86_64": ("x86_64_v4", "x86_64_v3", "x86_64_v2"),
    "aarch64": ("generic",),
    "arm64": ("generic",),
}
NEEDS = {  # What a processor must say that it can do, beside the levels below.
    "x86_64_v2": {"ssse3", "sse4_1", "sse4_2", "popcnt", "cx16"},
    "x86_64_v3": {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"},
    "x86_64_v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "generic": set[str](),
}
FLAGS = (
    "-O3",
    "-shared",
    "-s",  # No names of the folders it was built in.
    "-fPIC",
    "-fvisibility=hidden",
    # No fused multiplications, no reordering: the same bits on every level.
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-strict-aliasing",
    "-Wall",
    "-Wextra",
    "-Werror",
)
BUILD_SECONDS_MAX = 600.0
_OLDEST_GLIBC = "2.17"


def library(level: str) -> Path:
    """Return where the library of a level is, built or not."""
    return SOURCES / f"film_{level}.so"


def levels() -> tuple[str, ...]:
    """Return the levels that this kind of machine may run, the best first; none if unknown."""
    return LEVELS.get(platform.machine(), ())


def processor() -> set[str]:
    """Return the flags of the processor; on Linux it says them itself."""
    if platform.system() == "Linux":
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            if line.startswith("flags"):
                return set(line.split(":", 1)[1].split())
    # Every Intel Mac that still gets updates has these.
    if platform.machine() == "x86_64":
        return NEEDS["x86_64_v2"] | NEEDS["x86_64_v3"]
    return set()


def stale(level: str) -> bool:
    """Say whether a level's library is missing or older than a source."""
    built = library(level)
    if not built.exists():
        return True
    made = built.stat().st_mtime
    return any(path.stat().st_mtime > made for path in SOURCES.glob("*.[ch]"))


def build(level: str, *, into: Path | None = None) -> Path:
    """Compile the library of a level and return its path.

    Raises:
        subprocess.CalledProcessError: The compiler refused; its words are on standard error.
    """
    target = (into or SOURCES) / library(level).name
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "ziglang", "cc", *FLAGS, f"-mcpu={level}", *_target()]
    # Beside its place first, so that a reader never loads half a library.
    fresh = target.with_suffix(".new")
    subprocess.run(  # noqa: S603 - Our own compiler on our own sources.
        [*command, "-o", str(fresh), str(SOURCES / "film.c")], check=True, timeout=BUILD_SECONDS_MAX
    )
    fresh.replace(target)
    return target


def main() -> None:
    """Compile what is stale of the levels of this kind of machine."""
    for level in levels():
        if stale(level):
            print(build(level))  # noqa: T201 - The program's output.


def _target() -> tuple[str, ...]:
    if sys.platform != "linux":
        return ()
    machine = "x86_64" if platform.machine() == "x86_64" else "aarch64"
    return "-target", f"{machine}-linux-gnu.{_OLDEST_GLIBC}"


if __name__ == "__main__":
    main()
