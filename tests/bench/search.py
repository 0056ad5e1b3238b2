"""Searching for the codes of a clip among millions: beside FAISS, by one thread, in one run.

Codes are uniform, as those of unrelated pictures nearly are, and a clip is one of the stored assets
with so many bits of each code turned. The clip of 10 s has 60 codes, and is searched for as it is
and mirrored (120), or in five views (300: raw, trimmed, mirrored, turned both ways). FAISS is asked
for fewer codes, and the time of each is multiplied. Where a search is "sure" of less than its
radius, all within that are found, and as many of the others as the table shows. What is not said
to be by the clock is what was taken of a processor, since others may use it as well.
"""

# The stubs of FAISS leave the array overloads partly unknown.
# pyright: basic

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
import psutil
from numpy.typing import NDArray

from fingerprint import segments
from fingerprint.align import RADIUS
from fingerprint.index import Index
from rightsd.adapters.index import SURE_BITS
from tests.bench.table import Row

SIZE = 10_000_000
HUGE = 100_000_000
CLIPS = 50
CLIP_CODES = 60
VIEWS = ((2, "as it is and mirrored"), (5, "in five views"))
PEER_CODES = 20
TURNED = (16, 24, 32, 40, 44, 48, 52)
TURNED_IN_CLIPS = 24
ADDED = 100_000  # At a time, when a process starts.
TABLES, PIECE_BITS = 16, 16
QUICK = {"size": 200_000, "huge": 0, "clips": 5}

Codes = NDArray[np.uint8]
Search = Callable[[Codes], object]


def run(folder: Path, *, size: int = SIZE, huge: int = HUGE, clips: int = CLIPS) -> list[Row]:
    faiss.omp_set_num_threads(1)
    rows = list(_among(folder / "search", size, clips, peers=True))
    if huge:
        rows += _among(folder / "huge", huge, clips, peers=False)
    return rows


def _among(folder: Path, size: int, clips: int, *, peers: bool) -> Iterator[Row]:
    codes = np.random.default_rng(1).integers(0, 2**64, (size, 4), np.uint64)
    ids = np.arange(size)
    folder.mkdir()
    segments.build(ids[:1], codes[:1])  # Compiled by then.
    built = _seconds(lambda: segments.store(folder, ids, codes))
    index = Index(folder)
    clock = time.perf_counter()
    started = _seconds(lambda: _start(index, ids, codes.view(np.uint8)))
    clock = time.perf_counter() - clock
    assert len(index) == size
    what = f"{size:,} codes"
    yield Row(
        f"start with {what} from their file, reading and adding them",
        *(started, "s", "making the file", built, "≤ 10 s" if size <= SIZE else "≤ 60 s"),
    )
    yield Row("the same by the clock", clock, "s", "of the processor", started)
    flat, multi, grown = _peers(codes.view(np.uint8)) if peers else (None, None, 0.0)
    yield Row(
        f"memory of a code among {what}",
        *(index.nbytes / size, "bytes"),
        *(("FAISS MultiHash", grown / size) if peers else ("the code itself", 32.0)),
        "≤ 100 bytes",
    )
    bare = _per_code(codes, flat)
    hashed = _per_code(codes, multi)
    for views, named in VIEWS:
        wanted = CLIP_CODES * views
        cpu, wall = _times(
            lambda query: index.search(query, RADIUS, sure=SURE_BITS), codes, clips, views
        )
        name = f"a clip among {what}, {named}, {RADIUS} bits, sure of {SURE_BITS}"
        goal = "≤ 150 ms" if size <= SIZE else "≤ 300 ms"
        if peers:
            beside = (("FAISS MultiHash 16 × 16, one flip", hashed), ("FAISS BinaryFlat", bare))
            for peer, each in beside:
                yield Row(f"{name}, p95", _p95(cpu), "ms", peer, each * wanted, goal)
        else:
            yield Row(f"{name}, p95", _p95(cpu), "ms", "p50", cpu[len(cpu) // 2], goal)
        yield Row(f"{name}, p95 by the clock", _p95(wall), "ms", "p50", wall[len(wall) // 2])
    yield from _recalls(index, codes, multi, what)
    if peers:
        cpu, _ = _times(lambda query: index.search(query, RADIUS), codes, 3, 2)
        name = f"a clip among {what}, {VIEWS[0][1]}, sure of all {RADIUS} bits, p50"
        yield Row(name, cpu[1], "ms", "FAISS BinaryFlat", bare * CLIP_CODES * 2)


def _start(index: Index, ids: NDArray[np.int64], codes: Codes) -> None:
    for first in range(0, len(ids), ADDED):
        index.add(ids[first : first + ADDED], codes[first : first + ADDED])


def _peers(
    codes: Codes,
) -> tuple[faiss.IndexBinaryFlat, faiss.IndexBinaryMultiHash, float]:
    flat = faiss.IndexBinaryFlat(256)
    flat.add(codes)
    before = psutil.Process().memory_info().rss
    multi = faiss.IndexBinaryMultiHash(256, TABLES, PIECE_BITS)
    multi.add(codes)
    multi.nflip = 1
    return flat, multi, psutil.Process().memory_info().rss - before


def _per_code(codes: NDArray[np.uint64], peer: faiss.IndexBinary | None) -> float:
    """Return the milliseconds that FAISS takes for a code, of some at a time."""
    if peer is None:
        return 0.0
    query = _turn(codes[:PEER_CODES].view(np.uint8), TURNED_IN_CLIPS)
    return 1e3 * _seconds(lambda: peer.range_search(query, RADIUS + 1)) / PEER_CODES


def _times(
    search: Search, codes: NDArray[np.uint64], clips: int, views: int
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each clip, of the processor and by the clock, ascending."""
    wall, cpu = list[float](), list[float]()
    rng = np.random.default_rng(2)
    for number in range(-1, clips):
        first = int(rng.integers(len(codes) - CLIP_CODES))
        shown = _turn(codes[first : first + CLIP_CODES].view(np.uint8), TURNED_IN_CLIPS)
        others = rng.integers(0, 256, (CLIP_CODES * (views - 1), 32), np.uint8)
        query = np.concatenate([shown, others])
        started, spent = time.perf_counter(), time.thread_time()
        assert search(query)
        if number >= 0:  # The first one warms what it needs.
            wall.append(1e3 * (time.perf_counter() - started))
            cpu.append(1e3 * (time.thread_time() - spent))
    return sorted(cpu), sorted(wall)


def _recalls(
    index: Index, codes: NDArray[np.uint64], multi: faiss.IndexBinaryMultiHash | None, what: str
) -> Iterator[Row]:
    count = 200
    for bits in TURNED:
        query = _turn(codes[:count].view(np.uint8), bits)
        found = index.search(query, RADIUS, sure=SURE_BITS)
        share = len({hit.query for hit in found if hit.query == hit.row_id}) / count
        name = f"codes {bits} bits off that are found among {what}"
        if multi is None:
            yield Row(name, share, "", "all", 1.0)
            continue
        limits, _, ids = multi.range_search(query[:PEER_CODES], RADIUS + 1)
        hits = [at in ids[limits[at] : limits[at + 1]] for at in range(PEER_CODES)]
        yield Row(name, share, "", "FAISS MultiHash, of fewer", max(sum(hits), 1) / PEER_CODES)


def _turn(codes: Codes, bits: int) -> Codes:
    rng = np.random.default_rng(3)
    order = rng.permuted(np.tile(np.arange(256), (len(codes), 1)), axis=1)
    return codes ^ np.packbits(order < bits, axis=1)


def _p95(times: Sequence[float]) -> float:
    return times[int(0.95 * (len(times) - 1) + 0.5)]


def _seconds(act: Callable[[], object]) -> float:
    started = time.thread_time()
    act()
    return time.thread_time() - started
