"""Rounds on the command line: the same operations as pages use."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from survey.cli import handing_out, holding, telling
from survey.cli import sending as sending_
from survey.cli.previewing import show
from survey.cli.running import Deployment, deployment, organisation, organisation_option, run
from survey.core import rounds as rules
from survey.operations import authoring, calling_off, closing, following, launching, publishing, sending
from survey.operations import custody as splitting
from survey.operations.launching import Round


@click.group()
def command() -> None:
    """Draft, preview, launch, follow, close and publish rounds."""


for one in (sending_.send, sending_.pause, sending_.resume):
    command.add_command(one)


def _dates(round_: Round, zone: str) -> str:
    return f"{rules.in_words(round_.opens_at, zone)} to {rules.in_words(round_.closes_at, zone)}"


def _instant(d: Deployment, text: str | None, place: str) -> datetime | None:
    return None if text is None else rules.from_local(text, d.config.clock_zone, place)


@command.command()
@click.argument("name")
@click.option("--questionnaire", required=True, metavar="HASH", help="Which version: its hash or the start of it.")
@click.option("--opens", required=True, metavar="'YYYY-MM-DD HH:MM'", help="London time.")
@click.option("--closes", required=True, metavar="'YYYY-MM-DD HH:MM'", help="London time.")
@click.option("--expected-response", type=click.FloatRange(0, 100), default=50, show_default=True, help="Per cent.")
@click.option(
    "--custody",
    type=click.Choice(["service", "split"]),
    default="service",
    show_default=True,
    help="Who keeps the key: the service, or three people of whom two must be present to open the answers.",
)
@click.option("--k", type=int, default=10, show_default=True, help="The fewest answers a published result may have.")
@organisation_option
@run
async def draft(
    name: str,
    questionnaire: str,
    opens: str,
    closes: str,
    expected_response: float,
    custody: rules.Custody,
    k: int,
    code: str | None,
) -> None:
    """Draft a round called NAME."""
    async with deployment() as d:
        whose = await organisation(d, code)
        window = (_instant(d, opens, "opens"), _instant(d, closes, "closes"))
        plan = rules.Plan(k=k, expected_response=expected_response / 100, custody=custody)
        version = await authoring.identify(d.db, whose.organisation_id, questionnaire)
        made = await launching.draft(d.db, whose.organisation_id, name, version.questionnaire_hash, *window, plan)  # type: ignore[arg-type]
        click.echo(f"Drafted round {made.round_id}: {_dates(made, d.config.clock_zone)}.")
        click.echo(f"Next: python3 -m survey round preview {made.round_id}")


@command.command("list")
@organisation_option
@run
async def list_all(code: str | None) -> None:
    """List the rounds."""
    async with deployment() as d:
        whose = await organisation(d, code)
        for one in await launching.list_all(d.db, whose.organisation_id):
            click.echo(f"{one.round_id}  {one.state:<9}  {one.name}  ({_dates(one, d.config.clock_zone)})")


def _table(title: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


@command.command()
@click.argument("round_id", metavar="ROUND")
@organisation_option
@run
async def launch(round_id: str, code: str | None) -> None:
    """Freeze the staff list and lock the plan. There is no way back."""
    async with deployment() as d:
        whose = await organisation(d, code)
        with telling.shown() as step:
            done = await launching.launch(d.db, d.keys, whose.organisation_id, round_id, step)
    click.echo(
        f"Launched: {done.invitations} people in {len(done.frame.reporting_units)} reporting units. "
        f"Next: python3 -m survey round links {round_id} --out links.csv"
    )


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--out", default="-", metavar="FILE", help="A CSV file that only this account can read.")
@organisation_option
@run
async def links(round_id: str, out: str, code: str | None) -> None:
    """Everybody's link as CSV. Who holds this file can answer for everyone in it: send it on, then delete it."""
    async with deployment() as d:
        whose = await organisation(d, code)
        rows = await launching.links(d.db, d.keys, whose.organisation_id, round_id)
    handing_out.links(rows, d.config.base_url, out)


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--unit", help="A reporting unit's name. Unset: list them, and how many slips each needs.")
@click.option("--out", default="slips.html", show_default=True, metavar="FILE", help="A page to print from a browser.")
@organisation_option
@run
async def slips(round_id: str, unit: str | None, out: str, code: str | None) -> None:
    """Print-ready slips, each with a code, for people of a unit who have neither e-mail nor mobile.

    Who holds the file can answer for them: print it, then delete it. Printing again prints the same codes.
    """
    async with deployment() as d:
        whose = await organisation(d, code)
        await handing_out.slips(d, whose, round_id, unit, out)


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--opens", metavar="'YYYY-MM-DD HH:MM'", help="London time.")
@click.option("--closes", metavar="'YYYY-MM-DD HH:MM'", help="London time.")
@organisation_option
@run
async def reschedule(round_id: str, opens: str | None, closes: str | None, code: str | None) -> None:
    """Move a round's dates."""
    async with deployment() as d:
        whose = await organisation(d, code)
        window = (_instant(d, opens, "opens"), _instant(d, closes, "closes"))
        moved = await launching.reschedule(d.db, whose.organisation_id, round_id, *window)
        click.echo(f"The round now runs from {_dates(moved, d.config.clock_zone)}.")


@command.command("call-off")
@click.argument("round_id", metavar="ROUND")
@organisation_option
@run
async def call_off(round_id: str, code: str | None) -> None:
    """Take back a launch before the round opens. A draft with its settings stays; links handed out open nothing."""
    async with deployment() as d:
        whose = await organisation(d, code)
        left = await calling_off.call_off(d.db, whose.organisation_id, round_id)
        d.keys.destroy(round_id)
        click.echo(f"The round is called off. A draft with its settings: {left.round_id}")


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--now", is_flag=True, help="End an open round at this moment.")
@click.option("--discard-unreadable", is_flag=True, help="Close even if some sealed answers do not open.")
@holding.share_option
@organisation_option
@run
async def close(round_id: str, now: bool, discard_unreadable: bool, files: tuple[Path, ...], code: str | None) -> None:
    """Open the sealed answers of a round whose window has ended, and destroy its keys. There is no way back.

    Under split custody two holders give their shares.
    """
    async with deployment() as d:
        whose = await organisation(d, code)
        custody_ = (await launching.find(d.db, whose.organisation_id, round_id)).settings.custody
        shares = holding.ask(files) if custody_ == "split" else []
        if now and shares:  # shares that do not fit must not end the round
            await splitting.combine(d.db, whose.organisation_id, round_id, shares)
        if now:
            await closing.end_now(d.db, whose.organisation_id, round_id)
        with telling.shown() as step:
            done = await closing.open_answers(
                d.db,
                d.keys,
                whose.organisation_id,
                round_id,
                shares=shares,
                discard_unreadable=discard_unreadable,
                at_any_size=True,
                step=step,
            )
    click.echo(
        "The answers of this round had been opened before; its keys are gone."
        if done.already
        else f"The answers are open and their keys destroyed. Next: python3 -m survey round publish {round_id}"
    )
    if not done.cleared:
        click.echo(
            "Rows that were deleted are still in the database's files: another session, a backup perhaps, can see "
            f"them. Once it is over, run this again: python3 -m survey round close {round_id}"
        )


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the release to a JSON file, too.")
@click.option("--correction", is_flag=True, help="Release a published round again, beside its earlier releases.")
@click.option("--compare", metavar="ROUND", help="Tell changes since this round; the last one with the same questions.")
@click.option("--alone", is_flag=True, help="Tell no changes since an earlier round.")
@organisation_option
@run
async def publish(
    round_id: str, out: Path | None, correction: bool, compare: str | None, alone: bool, code: str | None
) -> None:
    """Compute the scores, put them through disclosure control, attack the release, and publish what passes."""
    if alone and compare is not None:
        raise click.UsageError("--alone compares with no round, and --compare names one.")
    async with deployment() as d:
        whose = await organisation(d, code)
        with telling.shown() as step:
            done = await publishing.publish(
                d.db, whose.organisation_id, round_id, correction=correction, compare=compare, alone=alone, step=step
            )
    release = done.release
    shown = sum(cell.reason is None for cell in release.cells)
    click.echo(f"Published {shown} results; {len(release.cells) - shown} withheld. Digest {done.digest[:16]}.")
    if release.compared is not None:
        told = sum(change.why is None for change in release.changes)
        click.echo(f"Told {told} changes since round {release.compared.round}, release {release.compared.number}.")
    if out is not None:
        out.write_bytes(publishing.document(done.release))
        click.echo(f"Wrote {out}.")


@command.command()
@click.argument("round_id", metavar="ROUND")
@organisation_option
@run
async def status(round_id: str, code: str | None) -> None:
    """Where a round stands; while it is open, the response by division as it was this morning, rounded so that nobody
    is singled out."""
    async with deployment() as d:
        whose = await organisation(d, code)
        await following.take_due(d.db, d.config.clock_zone)  # here perhaps no worker runs
        now = await following.status(d.db, whose.organisation_id, round_id, d.config.clock_zone)
        click.echo(
            f"{now.round.name} ({now.round.round_id}) is {now.round.state}: {_dates(now.round, d.config.clock_zone)}."
        )
        if now.round.state in {"scheduled", "open"}:
            told = await sending.status(d.db, whose.organisation_id, round_id, d.config.clock_zone)
            sending_.tell_status(told, d.config.clock_zone)
    if now.rates:
        rows = [(rate.name, rate.eligible, rate.rate or "too few to tell") for rate in now.rates]
        at = rules.in_words(now.divisions[-1].taken_at, d.config.clock_zone)
        _table(f"Response as of {at}", ["", "Eligible", "Response"], rows)


@command.command()
@click.argument("round_id", metavar="ROUND")
@organisation_option
@run
async def preview(round_id: str, code: str | None) -> None:
    """Who would be asked, which small teams would be merged and why, and what would be publishable."""
    async with deployment() as d:
        whose = await organisation(d, code)
        seen = await launching.preview(d.db, whose.organisation_id, round_id)
    show(seen)


@command.group()
def key() -> None:
    """Split a round's key among three holders; try their shares."""


@key.command("split")
@click.argument("round_id", metavar="ROUND")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write the shares to files in a folder.")
@organisation_option
@run
async def split_key(round_id: str, out: Path | None, code: str | None) -> None:
    """Make a draft round's key as three shares, of which any two open the answers. They are shown once."""
    async with deployment() as d:
        whose = await organisation(d, code)
        shares = await splitting.split(d.db, whose.organisation_id, round_id)
    holding.hand_out(shares, out)
    click.echo(f"Rehearse now, with two of the holders: python3 -m survey round key combine {round_id}")


@key.command("combine")
@click.argument("round_id", metavar="ROUND")
@holding.share_option
@organisation_option
@run
async def combine_key(round_id: str, files: tuple[Path, ...], code: str | None) -> None:
    """Try two holders' shares: do they open this round? Opens nothing."""
    shares = holding.ask(files)
    async with deployment() as d:
        whose = await organisation(d, code)
        await splitting.combine(d.db, whose.organisation_id, round_id, shares)
    click.echo("These two shares open this round's answers. Nothing was opened.")
