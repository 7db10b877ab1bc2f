"""Questionnaires on the command line."""

from collections import Counter
from pathlib import Path

import click

from survey.cli.running import deployment, organisation, organisation_option, run
from survey.core.questionnaire.model import Questionnaire, words
from survey.operations import authoring

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Check, add and list questionnaires.

    A questionnaire is a TOML file. Added, it is a version that never changes, known by a hash of its content.
    """


@command.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Say every mistake in FILE, or what it holds. Needs no database."""
    click.echo(_summary(authoring.check(authoring.decode(file.read_bytes()))))


@command.command()
@click.argument("file", type=_FILE)
@organisation_option
@run
async def add(file: Path, code: str | None) -> None:
    """Add FILE as a version, or nothing at all where it has a mistake."""
    text = authoring.decode(file.read_bytes())
    questionnaire = authoring.check(text)
    async with deployment() as d:
        whose = await organisation(d, code)
        added = await authoring.add(d.db, whose.organisation_id, text)
    click.echo(_summary(questionnaire))
    click.echo(f"Added as {added.questionnaire_hash}." if added.new else "It was there already: nothing changed.")
    beginning = added.questionnaire_hash[:12]
    click.echo(f"Next: python3 -m survey round draft NAME --questionnaire {beginning} --opens … --closes …")


@command.command("list")
@organisation_option
@run
async def list_all(code: str | None) -> None:
    """List the versions, the newest first."""
    async with deployment() as d:
        whose = await organisation(d, code)
        for version in await authoring.list_all(d.db, whose.organisation_id):
            click.echo(f"{version.questionnaire_hash[:12]}  {version.added_at:%Y-%m-%d}  {version.title}")


@command.command()
@click.argument("beginning", metavar="HASH")
@organisation_option
@run
async def show(beginning: str, code: str | None) -> None:
    """Print the file of a version, by its HASH or the start of it."""
    async with deployment() as d:
        whose = await organisation(d, code)
        version = await authoring.identify(d.db, whose.organisation_id, beginning)
        text = await authoring.source(d.db, whose.organisation_id, version.questionnaire_hash)
    click.echo(text, nl=False)


def _summary(questionnaire: Questionnaire) -> str:
    language = questionnaire.languages[0]
    scored = Counter(item.vision for item in questionnaire.items)
    lines = [f"{words(questionnaire.title, language)}: {len(questionnaire.items)} items on {_pages(questionnaire)}"]
    lines += [f"  {scored[vision.id]:>3}  {words(vision.name, language)}" for vision in questionnaire.visions]
    lines += [f"  {scored[None]:>3}  not scored"] if scored[None] else []
    return "\n".join([*lines, f"Its hash is {questionnaire.hash}."])


def _pages(questionnaire: Questionnaire) -> str:
    return f"{len(questionnaire.pages)} page" + ("s" if len(questionnaire.pages) > 1 else "")
