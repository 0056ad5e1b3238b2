"""Commands that are imported once they are called: each brings along much that others do without.

A witness needs a folder, and should not load a web server, models and a film's pictures first.
"""

import gc
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Late:
    """A command that is not imported yet.

    Attributes:
        place: Its module and its name there, like `rightsd.cli.dev:dev`.
        summary: The first sentence of its help, so that a list of commands imports none of them.
    """

    place: str
    summary: str


class Commands(click.Group):
    """A group, some of whose commands are imported late."""

    # Click's group is adapted by inheritance, as its documentation does for lazy loading.

    def __init__(self, *args: Any, late: Mapping[str, Late], **others: Any) -> None:
        """Make a group of the commands in `late`, by name, beside those that are added to it."""
        super().__init__(*args, **others)
        self.late = late

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in order."""
        return sorted([*super().list_commands(ctx), *self.late])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, imported by now, or None."""
        if cmd_name not in self.late:
            return super().get_command(ctx, cmd_name)
        module, name = self.late[cmd_name].place.split(":")
        return getattr(_imported(module), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, as Click does."""
        listed = {name: click.Command(name, help=late.summary) for name, late in self.late.items()}
        click.Group(commands={**self.commands, **listed}).format_commands(ctx, formatter)


def _imported(module: str) -> Any:
    """Return a module; what it makes is not searched for garbage, of which it leaves none."""
    # Importing makes a million objects that stay: looking through them is a fifth of a start.
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()
