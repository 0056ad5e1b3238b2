"""Where an output is, as people write it: its id, or a URL of ours that holds it."""

import re
from urllib.parse import urlsplit

ID = re.compile(r"gen_[0-9a-f]{32}")
_PART = re.compile(r"(?<![^/])gen_[0-9a-f]{32}(?![^/])")


def output_at(text: str, url: str) -> str | None:
    """Return the id of the output that a text names, or None when it only describes one.

    Args:
        text: What someone wrote: an id, or a URL.
        url: The daemon's own address: elsewhere an id in a path is none of ours.
    """
    written = text.strip()
    if ID.fullmatch(written):
        return written
    try:
        parts, ours = urlsplit(written), urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.hostname != ours.hostname:
        return None
    found = _PART.search(parts.path)
    return found and found[0]
