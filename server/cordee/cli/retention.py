"""`cordee retention`: say whose records are kept longer than the law asks, and remove them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cordee.access.retention.retention import STAYS, Over, Retention
from cordee.access.retention.rules import Rules
from cordee.cli.opened import database, on_services
from cordee.cli.serve import settings_or_stop, stop
from cordee.interactions.services import Services
from cordee.operations.patient_compartment import member_types


def retention(
    on: Annotated[str | None, typer.Option(help="Day to judge by, today if none.")] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Remove what is listed; else it is only listed.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="Directory of everything kept.")] = None,
) -> None:
    """List the records whose time is over, with the rule; with --apply, remove them for good.

    Each removal is a line of the audit. Exit codes: 0 done, 2 wrong usage or environment.
    """
    today = _day(on)
    settings = settings_or_stop(data=data).model_copy(update={"audit": "on"})
    over = on_services(settings, lambda opened: _run(opened, today, apply=apply))
    _show(over)
    resources = sum(each.holdings.size for each in over)
    if apply:
        typer.echo(f"{len(over)} records removed, {resources} resources with all their versions")
    else:
        typer.echo(f"{len(over)} records would be removed, {resources} resources; add --apply")


async def _run(opened: Services, today: date, *, apply: bool) -> list[Over]:
    store = database(opened)
    types = [type for type in member_types(opened) if type not in STAYS]
    work = Retention(store, store.records(types), Rules.load())
    over = [each async for each in work.over(today)]
    if apply:
        for each in over:
            await work.remove(each, opened.audit)
    return over


def _show(over: list[Over]) -> None:
    table = Table("patient", "last care", "kept until", "rule", "resources", "shared, kept")
    for each in over:
        table.add_row(
            each.patient,
            each.last_care.isoformat(),
            str(each.term.until),
            each.term.rule,
            str(each.holdings.size),
            str(each.holdings.shared),
        )
    if over:
        Console(width=None if Console().is_terminal else 160).print(table)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--on {text} is not a day such as 2026-11-22")
