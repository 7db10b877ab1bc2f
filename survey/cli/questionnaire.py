"""Questionnaires on the command line."""

from collections import Counter
from pathlib import Path

import click

from survey.cli import differing
from survey.cli.running import Deployment, deployment, organisation, organisation_option, run
from survey.core import differences
from survey.core.questionnaire.model import Questionnaire, words
from survey.operations import authoring
from survey.operations.administering import Organisation

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Check, add, list and compare questionnaires.

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
        added = await authoring.enter(d.db, d.actor(whose), questionnaire, text)
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


@command.command()
@click.argument("before")
@click.argument("after")
@organisation_option
@run
async def diff(before: str, after: str, code: str | None) -> None:
    """Say what changed from BEFORE to AFTER, and which results can still be compared.

    Each is a file, or the hash of a version or the start of it.
    """
    named = (before, after)
    old, new = (_from_file(name) for name in named)
    if old is None or new is None:
        async with deployment() as d:
            whose = await organisation(d, code)
            old = old or await _version(d, whose, before)
            new = new or await _version(d, whose, after)
    for line in differing.told(differences.between(old, new)):
        click.echo(line)


def _from_file(name: str) -> Questionnaire | None:
    file = Path(name)
    return authoring.check(authoring.decode(file.read_bytes())) if file.is_file() else None


async def _version(d: Deployment, whose: Organisation, beginning: str) -> Questionnaire:
    return authoring.content(await authoring.identify(d.db, whose.organisation_id, beginning))


def _summary(questionnaire: Questionnaire) -> str:
    language = questionnaire.languages[0]
    scored = Counter(item.vision for item in questionnaire.items)
    lines = [f"{words(questionnaire.title, language)}: {len(questionnaire.items)} items on {_pages(questionnaire)}"]
    lines += [f"  {scored[vision.id]:>3}  {words(vision.name, language)}" for vision in questionnaire.visions]
    lines += [f"  {scored[None]:>3}  not scored"] if scored[None] else []
    return "\n".join([*lines, f"Its hash is {questionnaire.hash}."])


def _pages(questionnaire: Questionnaire) -> str:
    return f"{len(questionnaire.pages)} page" + ("s" if len(questionnaire.pages) > 1 else "")
