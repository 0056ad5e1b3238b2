"""Has the C2PA library believe that it is another time: a validation time, which it cannot be told.

For a process of its own that does nothing else: what the library imports as `clock_gettime` is
replaced in its table of addresses, and in nobody else's. Time goes by as ever for the rest of the
process, and for the clocks that only measure. Linux, 64 bits, glibc.

Source: System V ABI, "Dynamic Linking", for the tables; glibc's <link.h> for `link_map`.
"""

import ctypes
import mmap
from collections.abc import Iterator
from pathlib import Path

REALTIME = 0  # CLOCK_REALTIME
# Tags of the dynamic section, and the size of an entry of each table.
STRINGS, SYMBOLS, RELOCATIONS, RELOCATIONS_BYTES = 5, 6, 7, 8
CALLS_BYTES, CALLS = 2, 23
SYMBOL_BYTES, RELOCATION_BYTES = 24, 24
READ_WRITE = mmap.PROT_READ | mmap.PROT_WRITE


class ClockError(Exception):
    """The library's clock cannot be set here. The message says why, and is no sentence."""


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_int64), ("nanoseconds", ctypes.c_int64))


class _Loaded(ctypes.Structure):
    """The beginning of a `link_map`."""

    _fields_ = (
        ("base", ctypes.c_uint64),
        ("name", ctypes.c_char_p),
        ("dynamic", ctypes.c_uint64),
    )


_Clock = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_kept: list[object] = []  # What the library calls must not be collected.


def hold(path: Path, seconds: int) -> None:
    """Have a library take the time for `seconds` after 1970, for good.

    Raises:
        ClockError: It does not ask for the time in a way that is known here.
    """
    try:
        library = ctypes.CDLL(str(path))  # The one that is loaded, if it is.
    except OSError as error:
        raise ClockError("it is not where its clock could be set") from error
    libc = ctypes.CDLL(None, use_errno=True)
    asked = _Clock(("clock_gettime", libc))

    def answer(clock: int, address: int) -> int:
        if clock != REALTIME:
            return asked(clock, address)
        time = _Time.from_address(address)
        time.seconds, time.nanoseconds = seconds, 0
        return 0

    clock = _Clock(answer)
    address = ctypes.cast(clock, ctypes.c_void_p).value
    slots = list(_slots(library, b"clock_gettime"))
    if not slots:
        raise ClockError("it does not ask this system for the time")
    for slot in slots:
        page = ctypes.c_void_p(slot & -mmap.PAGESIZE)
        if libc.mprotect(page, mmap.PAGESIZE, READ_WRITE):
            raise ClockError("this system does not let it have a clock of its own")
        ctypes.c_void_p.from_address(slot).value = address
    _kept.append(clock)


def _slots(library: ctypes.CDLL, wanted: bytes) -> Iterator[int]:
    """Yield where a loaded library keeps the address of a function that it imports."""
    loaded = _Loaded.from_address(library._handle)  # noqa: SLF001 -- Under glibc, a `link_map`.
    tags = dict(_dynamic(loaded.dynamic))
    for start, size in ((RELOCATIONS, RELOCATIONS_BYTES), (CALLS, CALLS_BYTES)):
        for place in range(0, tags.get(size, 0), RELOCATION_BYTES):
            offset, info, _ = (ctypes.c_uint64 * 3).from_address(tags[start] + place)
            symbol = info >> 32
            if symbol and _name(tags, symbol) == wanted:
                yield loaded.base + offset


def _dynamic(address: int) -> Iterator[tuple[int, int]]:
    while True:
        tag, value = (ctypes.c_uint64 * 2).from_address(address)
        if tag == 0:
            return
        yield tag, value
        address += 16


def _name(tags: dict[int, int], symbol: int) -> bytes:
    place = ctypes.c_uint32.from_address(tags[SYMBOLS] + symbol * SYMBOL_BYTES).value
    return ctypes.string_at(tags[STRINGS] + place)
