"""A round's links as a CSV file, and a unit's slips as a page: for whoever hands them out, and for nobody else."""

import csv
from collections.abc import Sequence
from pathlib import Path

import click

from survey import errors
from survey.cli.running import Deployment
from survey.core.sheets import harmless
from survey.operations import printing, recording, viewing
from survey.operations.administering import Organisation
from survey.operations.launching import Link
from survey.pages.printing import sheets

_COLUMNS = ("employee_number", "team", "reporting_unit", "email", "mobile", "language")


def links(rows: Sequence[Link], base_url: str, out: str) -> None:
    """To a file that only this account can read, or to standard output for “-”."""
    if out != "-":
        _private(Path(out))
    with click.open_file(out, "w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*_COLUMNS, "link"])
        for row in rows:
            writer.writerow([*(harmless(getattr(row, column)) for column in _COLUMNS), base_url + row.path])


def _private(path: Path) -> None:
    """Only this account reads it."""
    path.touch(mode=0o600)
    path.chmod(0o600)


async def slips(d: Deployment, whose: Organisation, round_id: str, name: str | None, out: str) -> None:
    """One unit's, to a file; or, without a name, which units there are."""
    _, units = await printing.units(d.db, whose.organisation_id, round_id)
    if name is None:
        for unit in units:
            click.echo(f"{unit.slips:>5}  {unit.name}")
        return
    found = [unit.number for unit in units if unit.name.casefold() == name.strip().casefold()]
    if len(found) != 1:
        raise errors.BadInput([errors.Problem("unit", f"{len(found)} reporting units are called “{name}”.")])
    details = {"unit": found[0]}
    async with recording.recorded(d.db, d.actor(whose), "round.print_slips", round_id, details):
        sheet = await printing.sheet(d.db, d.keys, whose.organisation_id, round_id, found[0])
    view = await viewing.view(d.db, round_id)
    _private(Path(out))
    Path(out).write_bytes(sheets.slips(view, sheet, d.config.base_url, d.config.clock_zone, None))
    click.echo(f"Wrote {len(sheet.slips)} slips to {out}. Print it from a browser, then delete it.")
