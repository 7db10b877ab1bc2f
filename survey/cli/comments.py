"""Comments by the command line: read, decided about and released like on the pages, by the same operations."""

from pathlib import Path
from uuid import UUID

import click

from survey import errors
from survey.cli.running import deployment, organisation, organisation_option, run
from survey.core.questionnaire.model import words
from survey.operations import recording, reviewing


@click.group()
def command() -> None:
    """Read comments, decide what of them others may read, release them."""


@command.command()
@click.argument("round_id", metavar="ROUND")
@organisation_option
@run
async def status(round_id: str, code: str | None) -> None:
    """How far the comments of a closed round have been read."""
    async with deployment() as d:
        whose = await organisation(d, code)
        desk = await reviewing.desk(d.db, whose.organisation_id, round_id)
    for question in desk.questions:
        click.echo(words(question.text, "en"))
        read = len(question.ids) - len(question.unread)
        told = f"{len(question.ids)} comments, {read} read" if question.ids else f"not read: {reviewing.NOT_ENOUGH}"
        click.echo(f"  {told}")
    if desk.due:
        click.echo(f"All are read. To show them: python3 -m survey comments release {round_id}")


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.argument("comment_id", metavar="[COMMENT]", required=False, type=click.UUID)
@organisation_option
@run
async def read(round_id: str, comment_id: UUID | None, code: str | None) -> None:
    """Print the next comment that nobody has read, or the one that is named, with what had better be taken out.

    That it was read is noted in the audit log."""
    async with deployment() as d:
        whose = await organisation(d, code)
        desk = await reviewing.desk(d.db, whose.organisation_id, round_id)
        chosen = comment_id or next(iter(desk.unread), None)
        if chosen is None:
            raise errors.Refused("There is no comment left to read.")
        note = {"comment": str(chosen)}
        async with recording.recorded(d.db, d.actor(whose), "comment.read", round_id, note):
            found = await reviewing.read(d.db, whose.organisation_id, round_id, chosen)
    click.echo(f"{words(found.question, 'en')}\n")
    click.echo(found.marked)
    click.echo(f"\n{len(desk.unread)} to read. To decide: python3 -m survey comments decide {round_id} {chosen} --show")
    click.echo("(or --withhold; to take out other parts than those between [[ and ]], --marked FILE)")


@command.command()
@click.argument("round_id", metavar="ROUND")
@click.argument("comment_id", metavar="COMMENT", type=click.UUID)
@click.option("--show/--withhold", required=True, help="May others read it, without what is marked?")
@click.option(
    "--marked", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its text with your marks."
)
@organisation_option
@run
async def decide(round_id: str, comment_id: UUID, show: bool, marked: Path | None, code: str | None) -> None:
    """Decide what of a comment others may read: all but what stands between [[ and ]], or nothing."""
    text = marked.read_text(encoding="utf-8") if marked else None
    async with deployment() as d:
        whose = await organisation(d, code)
        note: dict[str, recording.Detail] = {"comment": str(comment_id), "shown": show}
        async with recording.recorded(d.db, d.actor(whose), "comment.decide", round_id, note):
            found = await reviewing.read(d.db, whose.organisation_id, round_id, comment_id)
            kept = (text or found.marked) if show else None
            await reviewing.decide(d.db, whose.organisation_id, round_id, comment_id, kept)
        left = len((await reviewing.desk(d.db, whose.organisation_id, round_id)).unread)
    click.echo(f"Kept. {left} to read.")


@command.command()
@click.argument("round_id", metavar="ROUND")
@organisation_option
@run
async def release(round_id: str, code: str | None) -> None:
    """Let everybody who may see results read what was decided. Refused until every comment has been read."""
    async with deployment() as d:
        whose = await organisation(d, code)
        async with recording.recorded(d.db, d.actor(whose), "comments.release", round_id) as note:
            made = await reviewing.release(d.db, whose.organisation_id, round_id)
            note.details["number"] = made.number
    click.echo(f"Released: {sum(len(one.comments) for one in made.questions)} comments, release {made.number}.")
