"""Puts an XMP packet into an MP4 file."""

from pathlib import Path
from uuid import UUID

XMP = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac")  # ISO 16684-1, XMP in ISO base media files.
PACKET_BYTES_MAX = 64 * 1024


def append_xmp(path: Path, packet: bytes) -> None:
    """Add an XMP packet at the end of a file of ours, where nothing that it has must move."""
    assert len(packet) <= PACKET_BYTES_MAX
    box = b"uuid" + XMP.bytes + packet
    with path.open("ab") as file:
        file.write((4 + len(box)).to_bytes(4, "big") + box)
