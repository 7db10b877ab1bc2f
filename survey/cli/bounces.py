"""Bounces that come back to the sender's mailbox, on the command line."""

from collections.abc import Sequence
from typing import BinaryIO

import click

from survey.cli.running import deployment, run
from survey.core.reaching import bounces
from survey.operations import sending

_MOST = 10_000_000
"""Bytes of an e-mail that are looked at."""


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.File("rb"))
@run
async def command(files: Sequence[BinaryIO]) -> None:
    """Take in e-mails that say that a message could not be delivered: one a file, or one by a pipe (-).

    Whoever is concerned is then written to by the next channel, and shown under Sending. Every other e-mail is passed
    over, so all that comes to the sender's mailbox can be given to this.
    """
    found = [one for file in files if (one := bounces.failed(file.read(_MOST)))]
    taken = 0
    async with deployment() as d:
        for message_id in found:
            taken += await sending.receive(d.db, message_id, "bounced", d.config.sends_by)
    click.echo(f"{len(files)} read, {len(found)} of them bounces, {taken} of these of messages that are known as sent.")
