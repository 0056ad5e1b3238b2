"""Elements of HTML pages from strangers, as far as their attributes go, and links in header fields.

Sources: the HTML standard for elements; RFC 8288 for links.
"""

import re
from collections.abc import Iterator, Mapping

CHARS_MAX = 256 * 1024  # What is looked for stands at the beginning of a page.
TAG_CHARS_MAX = 4_096
TAGS_MAX = 500
FIELD_CHARS_MAX = 16_384

_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,40})\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_LINK = re.compile(r"<([^<>\s]{1,2048})>([^<]{0,1024})")
# Of ASCII alone, so that places stay what they are: “İ” in lower case is two characters.
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def elements(text: str, name: str) -> Iterator[Mapping[str, str]]:
    """Yield the attributes of a page's elements of one name; what is in a comment is none.

    Names of attributes are in lower case; their values as they were written.
    """
    text = text[:CHARS_MAX]
    lower, opening = text.translate(_LOWER), f"<{name}"
    place = 0
    for _ in range(TAGS_MAX):
        tag, comment = lower.find(opening, place), lower.find("<!--", place)
        if 0 <= comment < tag:
            end = lower.find("-->", comment)
            place = end + 3 if end >= 0 else len(lower)
            continue
        end = lower.find(">", tag, tag + TAG_CHARS_MAX) if tag >= 0 else -1
        if end < 0:
            return
        yield _attributes(text[tag:end])
        place = end + 1


def links(field: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield (address, attributes) of the links in a Link field; nothing where it is malformed."""
    for match in _LINK.finditer(field[:FIELD_CHARS_MAX]):
        yield match[1], _attributes(match[2])


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): next(part for part in match.groups()[1:] if part is not None)
        for match in _ATTRIBUTE.finditer(text)
    }
