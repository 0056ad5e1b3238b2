"""The published bundle and the specification's example of it, against the code."""

import hashlib
import json
from pathlib import Path
from typing import Any

from rightsd.workflows.exports import verifying
from tests import bundles
from tests.bundles import Members

SPECS = Path(__file__).parents[3] / "api-specs"
VECTOR: Any = json.loads((SPECS / "vectors/ledger-bundle.json").read_text())
TEXT = (SPECS / "ledger.md").read_text()


def members() -> Members:
    return {
        one["name"]: bytes.fromhex(one["hex"]) if "hex" in one else one["text"].encode()
        for one in VECTOR["members"]
    }


def test_the_published_bundle_is_made_again_and_is_good(tmp_path: Path) -> None:
    path = bundles.pack(tmp_path / "b.tar", members())

    found = verifying.verify(path, verifying.trust_keys([VECTOR["vkey"]]))

    assert hashlib.sha256(path.read_bytes()).hexdigest() == VECTOR["sha256"]
    assert (found.size, found.pending, found.things, found.unvouched) == (6, 1, 3, 1)


def test_the_example_in_the_specification_is_the_published_bundle() -> None:
    parts = members()

    assert "\n```\n" + "\n".join([*parts, "SHA256SUMS"]) + "\n```\n" in TEXT
    for name, content in parts.items():
        digest = hashlib.sha256(content).hexdigest()
        assert f"\n{digest}  {name}\n" in TEXT
        if name.startswith(("bundle", "checkpoint", "policy", "keys/log", "st", "rows", "pending")):
            assert f"\n{content.decode()}```\n" in TEXT
    assert parts["cases/ntc_08.ndjson"].decode().splitlines()[3] in TEXT
