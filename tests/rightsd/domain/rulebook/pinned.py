"""What released rules say, as digests.

Run `python -m tests.rightsd.domain.rulebook.pinned` to add those of new ones.

A rule that is pinned is not edited: decisions cite it. It gets a new version instead. Whoever has
to change one that was never released takes its line out and runs this again.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from rightsd.domain import rulebook
from rightsd.domain.rulebook import Book, Rule

FILE = Path(__file__).parent / "pinned.json"


def digest(rule: Rule, book: Book) -> str:
    """Return the digest of all that decides: not of the texts around it, such as examples."""
    named = {name for each in rule.patterns for name in (*each.all, *each.unless)}
    said = {
        "effect": rule.effect,
        "effects": dict(rule.effects),
        "texts": dict(rule.texts),
        "patterns": [asdict(pattern) for pattern in rule.patterns],
        "lists": {name: asdict(book.lists[name]) for name in named},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def made() -> dict[str, str]:
    return {
        rule.key: digest(rule, book)
        for book in rulebook.BOOKS.values()
        for rule in book.rules.values()
    }


if __name__ == "__main__":
    pinned = json.loads(FILE.read_text()) if FILE.exists() else {}
    FILE.write_text(json.dumps(made() | pinned, indent=1, sort_keys=True) + "\n")
