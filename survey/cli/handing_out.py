"""A round's links as a CSV file: for whoever sends them, and for nobody else."""

import csv
from collections.abc import Sequence
from pathlib import Path

import click

from survey.core.sheets import harmless
from survey.operations.launching import Link

_COLUMNS = ("employee_number", "team", "reporting_unit", "email", "mobile", "language")


def links(rows: Sequence[Link], base_url: str, out: str) -> None:
    """To a file that only this account can read, or to standard output for “-”."""
    if out != "-":
        path = Path(out)
        path.touch(mode=0o600)
        path.chmod(0o600)
    with click.open_file(out, "w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*_COLUMNS, "link"])
        for row in rows:
            writer.writerow([*(harmless(getattr(row, column)) for column in _COLUMNS), base_url + row.path])
