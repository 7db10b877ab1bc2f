"""A round's preview as tables on a terminal."""

import click
from rich.console import Console
from rich.table import Table

from survey.core.merging.preview import Outlook, Preview


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _likely(outlook: Outlook) -> str:
    return f"{outlook.chance:.0%}"


def show(preview: Preview) -> None:
    """Population by unit and staff group, what is merged and why, and what to expect."""
    console = Console()
    units = _table(f"{preview.organisation}: {preview.headcount} people", "Unit", "People")
    for unit in preview.units:
        units.add_row("  " * unit.depth + unit.name, str(unit.headcount))
    groups = _table("By staff group", "Staff group", "People", "Clinical")
    for group in preview.groups:
        groups.add_row(group.name, str(group.headcount), str(group.clinical))
    outlooks = _table("Reporting units", "Reporting unit", "People", "Answers to expect", "Chance of an own result")
    for outlook in preview.outlooks:
        outlooks.add_row(
            outlook.unit.name, str(outlook.unit.headcount), str(outlook.expected_answers), _likely(outlook)
        )
    for table in (units, groups, outlooks):
        console.print(table)
    for outlook in preview.outlooks:
        if outlook.unit.why:
            click.echo(f"- {outlook.unit.name}: {outlook.unit.why}")
    click.echo(
        f"\nTeams of fewer than {preview.target} people share a reporting unit: {preview.merged} teams do. "
        f"About {preview.publishable:.0%} of staff are in a unit that can expect a result of its own."
    )
