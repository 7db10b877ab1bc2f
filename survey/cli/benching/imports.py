"""How long a staff list takes: looked at, applied, and given once more."""

import time
from pathlib import Path

import msgspec

from survey.cli.benching import cpu, staff_lists
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.operations import staffing
from survey.operations.staffing import Answer, Wishes

_PEOPLE = "select count(*) from person where organisation_id = $1 and left_at is null"
_STATE = """
select md5(string_agg(line, '' order by line)) from (
    select person::text || xmin::text from person union all select unit::text || xmin::text from unit
) as everything (line)
"""


class Measured(msgspec.Struct, frozen=True):
    """Seconds each, reading the file included; `cpu` is what applying cost this process and Postgres. `amiss` is empty
    when the list is there as it was given."""

    rows: int
    size: int
    units: int
    dry_run: float
    apply: float
    again: float
    cpu: float
    amiss: list[str]


async def measure(on: Scratch, rows: int, progress: Progress) -> Measured:
    path = on.config.data / "staff.csv"
    path.write_text(staff_lists.make(rows), encoding="utf-8")
    step = progress(f"Import {rows:,} rows", 3)
    seen, dry_run = await _timed(on, path, applying=False)
    step()
    start = cpu.spent(0, on.postgres)
    applied, apply = await _timed(on, path, applying=True)
    spent = cpu.spent(0, on.postgres) - start
    step()
    before = await on.db.fetchval(_STATE)
    repeated, again = await _timed(on, path, applying=True)
    step()
    amiss = differences(rows, seen, applied, repeated)
    if await on.db.fetchval(_PEOPLE, on.organisation_id) != rows:
        amiss.append("Not everybody on the list is in the database.")
    if await on.db.fetchval(_STATE) != before:
        amiss.append("The same file again changed rows.")
    used, size = spent.client + spent.postgres, path.stat().st_size
    return Measured(rows, size, len(applied.units), dry_run, apply, again, used, amiss)


async def _timed(on: Scratch, path: Path, *, applying: bool) -> tuple[Answer, float]:
    started = time.perf_counter()
    act = staffing.apply if applying else staffing.preview
    answer = await act(on.db, on.organisation_id, path.read_bytes(), Wishes())
    return answer, time.perf_counter() - started


def differences(rows: int, seen: Answer, applied: Answer, repeated: Answer) -> list[str]:
    """What the three answers should have said and did not."""
    amiss = [
        f"The {turn} counted {len(answer.changes.new):,} new people and {answer.rejected_rows:,} rejected rows."
        for turn, answer in (("dry run", seen), ("import", applied))
        if len(answer.changes.new) != rows or answer.rejected_rows
    ]
    if not repeated.changes.nothing or repeated.changes.unchanged != rows:
        amiss.append("The same file again was taken for changes.")
    return amiss
