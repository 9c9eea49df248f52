"""`cordee doctor`: say what is wrong with this installation, and how to mend it."""

import typer
from rich.console import Console
from rich.markup import escape

from cordee.cli.checks import CHECKS, Level
from cordee.cli.serve import settings_or_stop

MARKS: dict[Level, str] = {
    "good": "[green]✓[/green]",
    "odd": "[yellow]![/yellow]",
    "bad": "[red]✗[/red]",
}


def doctor() -> None:
    """Check Python, settings, address, disk, database, definitions and clock.

    Exit codes: 0 nothing bad, 1 something to mend, 2 the settings cannot be read.
    """
    settings = settings_or_stop()
    console = Console(highlight=False, soft_wrap=True)
    bad = 0
    for name, check in CHECKS.items():
        for finding in check(settings):
            console.print(f"{MARKS[finding.level]} [bold]{name}[/bold]: {escape(finding.text)}")
            if finding.remedy:
                console.print(f"    → {escape(finding.remedy)}")
            bad += finding.level == "bad"
    if bad:
        console.print(f"\n{bad} to mend.")
        raise typer.Exit(1)
    console.print("\nNothing to mend.")
