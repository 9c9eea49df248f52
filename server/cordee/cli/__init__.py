"""The `cordee` command.

Each subcommand is a module of this package, imported only when it is called, so that `cordee serve`
does not wait for what it does not need.

https://typer.tiangolo.com/
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import structlog
import typer
from typer.core import TyperGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("cordee.cli.serve", "Start the server."),
    "doctor": (
        "cordee.cli.doctor",
        "Say what is wrong with this installation, and how to mend it.",
    ),
    "generate": ("cordee.cli.generate", "Write a reproducible synthetic French territory."),
    "import": ("cordee.cli.import_", "Load NDJSON, Bundles, folders or archives into a server."),
    "export": ("cordee.cli.export", "Write what a server holds as NDJSON."),
    "validate": ("cordee.cli.validate", "Check resources against FHIR and profiles."),
    "cda": ("cordee.cli.cda", "Check CDA documents against the rules of the CI-SIS."),
    "package": ("cordee.cli.package", "Install, list and remove FHIR packages."),
    "identity": ("cordee.cli.identity", "List patients who may be one person."),
    "directory": ("cordee.cli.directory", "Take in the national directory of professionals."),
    "backup": ("cordee.cli.backup", "Copy the whole database, every version included."),
    "restore": ("cordee.cli.restore", "Fill an empty database from such a copy."),
    "reindex": ("cordee.cli.reindex", "Compute the index values of stored resources anew."),
    "retention": (
        "cordee.cli.retention",
        "List, and remove, records kept longer than the law asks.",
    ),
    "tokens": ("cordee.cli.tokens", "Call back the access tokens this server gave."),
    "audit": ("cordee.cli.audit", "Verify the record of who did what, and note where it stands."),
    "federation": (
        "cordee.cli.federation",
        "Show the servers that hold circles of the same persons, and go round them.",
    ),
    "subscriptions": (
        "cordee.cli.subscriptions",
        "List, pause, resume and replay the notifications of subscriptions.",
    ),
    "bridge": ("cordee.cli.bridge", "List, show and retry what bridges exchange."),
}
"""Subcommand → (its module, its line in the help). A module offers `app`, a Typer application, or a
function named like the module."""


class Commands(TyperGroup):
    """The subcommands, imported when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's shape
        """Name those this installation has, in the order of the table."""
        return [name for name, (module, _) in COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import one, or give None when there is none of that name."""
        return _load(cmd_name, *COMMANDS[cmd_name]) if cmd_name in self.list_commands(ctx) else None


def _load(name: str, module: str, help: str) -> Any:
    loaded = import_module(module)
    command = getattr(loaded, "app", None) or getattr(loaded, module.rpartition(".")[2])
    if not isinstance(command, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(help=help)(command)
        command = single
    made = typer.main.get_command(command)
    made.name = name
    return made


main = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@main.callback()
def cordee() -> None:
    """Cordée, a FHIR R4 server that ropes together everyone who cares for one person."""


def run() -> None:
    """Be the command: its standard output is its answer, what is logged goes beside it."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    main()
