"""The tables at the edges are whole, and the code keeps its shape."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from rightsd.cli import main
from rightsd.cli.commands import Commands
from rightsd.domain.reactions import MAKING, REACTIONS
from rightsd.errors import Code
from rightsd.settings import Settings
from rightsd.web.problems import STATUS, TITLE
from rightsd.worker import HANDLERS, LAST_WORDS
from tests.rightsd.domain.test_machines import MACHINES

ROOT = Path(__file__).parents[2]
PACKAGES = ("rightsd", "ledger", "watermark", "fingerprint", "generator")
FILES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
LINES_MAX = 400
# procrastinate's worker is asynchronous, and ASGI middleware is: the rest has one colour.
ASYNC = {ROOT / "rightsd/adapters/queue.py", ROOT / "rightsd/web/limits.py"}
VAGUE = {"utils", "common", "helpers", "manager", "misc"}


def test_there_is_code_to_check() -> None:
    assert len(FILES) > 100


def test_files_are_short() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in FILES}

    assert {name: lines for name, lines in lengths.items() if lines > LINES_MAX} == {}


def test_modules_are_named_for_what_they_hold() -> None:
    assert {path for path in FILES if path.stem in VAGUE} == set()
    assert {str(path.relative_to(ROOT)) for path in FILES if path.stem == "base"} <= {
        "generator/base.py"
    }


@pytest.fixture(scope="module")
def nodes() -> list[tuple[Path, ast.AST]]:
    """All definitions, handlers and imports: each file is parsed once, and most of it let go."""
    wanted = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler, ast.Import, ast.ImportFrom)
    return [
        (path, node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, wanted)
    ]


def test_there_is_no_async_code_but_at_two_edges(nodes: list[tuple[Path, ast.AST]]) -> None:
    assert {path for path, node in nodes if isinstance(node, ast.AsyncFunctionDef)} == ASYNC


def test_imports_stand_at_the_top(nodes: list[tuple[Path, ast.AST]]) -> None:
    lines = {
        (path, line)
        for path, node in nodes
        if isinstance(node, ast.FunctionDef)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    imports = {
        (path, node.lineno)
        for path, node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }

    assert len(imports) > len(FILES)
    assert imports & lines == set()


def test_the_domain_imports_only_the_standard_library() -> None:
    for path in (ROOT / "rightsd" / "domain").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names or name.startswith(
                    ("rightsd.domain", "rightsd.errors")
                ), (path, name)


def test_only_the_worker_catches_everything(nodes: list[tuple[Path, ast.AST]]) -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path, node in nodes
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    }

    # The media child reads what strangers made: PyAV raises anything for broken files.
    assert found <= {"rightsd/worker.py", "rightsd/adapters/media_child.py"}


def test_every_error_code_has_a_status_a_title_and_a_page() -> None:
    documented = set(
        re.findall(r"^## (\S+)$", (ROOT / "api-specs/problems.md").read_text(), re.MULTILINE)
    )

    assert set(STATUS) == set(TITLE) == set(Code)
    assert documented == {code.value for code in Code}


def test_every_event_has_its_reactions() -> None:
    assert set(REACTIONS) == {kind for machine in MACHINES.values() for _, kind in machine.edges}


def test_every_reaction_has_a_handler_and_every_handler_a_cause() -> None:
    assert {kind for kinds in REACTIONS.values() for kind in kinds} == set(HANDLERS)
    assert set(LAST_WORDS) == MAKING
    assert set(HANDLERS) > MAKING


def test_every_command_has_help() -> None:
    def missing(command: click.Command, name: str) -> list[str]:
        found = [] if command.help else [name]
        for child, inner in children(command).items():
            found += missing(inner, f"{name} {child}")
        return found

    assert missing(main, "rightsd") == []
    assert len(children(main)) >= 7


def test_what_is_listed_of_a_command_is_what_it_says_itself() -> None:
    def listed(group: click.Command) -> list[tuple[str, str, str | None]]:
        found = []
        for name, command in children(group).items():
            found += listed(command)
            if isinstance(group, Commands) and name in group.late:
                said = command.get_short_help_str(limit=1000)
                found.append((name, group.late[name].summary, said))
        return found

    lines = listed(main)

    assert {"serve", "status", "card"} <= {name for name, _, _ in lines}
    assert [(name, said) for name, _, said in lines] == [(name, line) for name, line, _ in lines]


def children(command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {}
    context = click.Context(command)
    found = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {name: each for name, each in found.items() if each is not None}


HEAVY = ("av", "cv2", "faiss", "fastapi", "numba", "numpy", "onnxruntime", "psycopg", "scipy")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["ledger", "--help"], ["ledger", "witness", "--help"]]
)
def test_a_command_that_needs_little_imports_little(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "rightsd", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "rightsd.cli" in imported
    assert imported & set(HEAVY) == set()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_and_in_the_readme(name: str) -> None:
    description = Settings.model_fields[name].description
    readme = (ROOT / "README.md").read_text()

    assert description
    assert f"`RIGHTSD_{name.upper()}`" in readme
    assert description in readme


def test_the_states_in_sql_are_those_of_the_machines() -> None:
    text = (ROOT / "rightsd/db/schema.sql").read_text()
    for name, machine in MACHINES.items():
        listed = re.search(rf"CONSTRAINT {name}_state CHECK \(\(state = (.*)\)\)", text)
        assert listed is not None, name
        states = set(re.findall(r"'([a-z_]+)'", listed[1]))
        assert states == {str(state) for state in type(next(iter(machine.edges.values())))}
