"""What the commands about releases share: where a release comes from, and the exit status for what is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from survey.cli.running import Deployment, organisation
from survey.operations import auditing
from survey.operations.auditing import NotThatRelease, Release

NOT_A_RELEASE = 2
"""The exit status for a file that is no release, or not the one that was published. A release that fails has 1."""


def given(name: str, digest: str | None) -> Release | None:
    """The release in a file, or on standard input for “-”; None where the name must be a round's."""
    if name == "-":
        return auditing.read(sys.stdin.buffer.read(), digest)
    if Path(name).is_file():
        return auditing.read(Path(name).read_bytes(), digest)
    return None


async def stored(d: Deployment, round_id: str, number: int | None, code: str | None) -> Release:
    whose = await organisation(d, code)
    return await auditing.stored(d.db, whose.organisation_id, round_id, number)


@contextmanager
def refusing() -> Iterator[None]:
    """Say what is no release, and end with the status that means it."""
    try:
        yield
    except NotThatRelease as error:
        click.secho(f"{error.title}.", fg="red", err=True, bold=True)
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(NOT_A_RELEASE) from None
