"""The worker by itself: sends what is due, and does what else needs rounds' keys."""

import asyncio
import signal
from collections.abc import Sequence
from functools import partial

import click

from survey import db as database
from survey import logs
from survey.cli.running import Deployment, deployment, run
from survey.config import Config
from survey.sealing import KeyRing
from survey.workers import carrying_out, closing, counting, sending
from survey.workers import channels as ways
from survey.workers.channels import Channel
from survey.workers.sending import Post


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
@click.option(
    "--close/--no-close",
    default=True,
    help="Also launch what is to be launched, and open the answers of closed rounds.",
)
@run
async def command(once: bool, close: bool) -> None:
    """Send invitations and reminders at their time, launch rounds on order, and close those that have ended.

    For deployments whose web processes run with --no-close and --no-send. Needs the key directory. Several may run; a
    worker that is killed loses nothing.
    """
    async with deployment() as d:
        logs.configure(d.config.log_format)
        post = make_post(d.config, d.url, ways.configured(d.config))
        if once:
            await _once(d, post, close=close)
        else:
            await _until_told(post, d, close=close)
        for channel in post.channels:
            await channel.close()


def make_post(config: Config, url: str, channels: Sequence[Channel]) -> Post:
    """What sending works with, by the settings."""
    keys = KeyRing(config.key_directory(), config.secret_bytes())
    return Post(url, keys, channels, config.base_url, config.clock_zone)


def with_keys(config: Config, url: str, keys: KeyRing) -> list[asyncio.Task[None]]:
    """What else needs rounds' keys or goes with it: closing, launching and publishing on order, counting."""
    order = carrying_out.order(url, keys, config.secret_bytes())
    work = (closing.work(url, keys), carrying_out.work(order), counting.work(url, config.clock_zone))
    return [asyncio.create_task(one) for one in work]


async def _once(d: Deployment, post: Post, *, close: bool) -> None:
    await sending.once(d.db, post)
    if close:
        await closing.tick(d.db, partial(database.connect, d.url), d.keys)


async def _until_told(post: Post, d: Deployment, *, close: bool) -> None:
    """SIGTERM and SIGINT end it. What was under way is in doubt then, as after any other death, and is asked after."""
    if not post.channels:
        click.echo("No provider of e-mail or text messages is set up: nothing will be sent.", err=True)
    work = [asyncio.create_task(sending.work(post))]
    if close:
        work += with_keys(d.config, d.url, d.keys)
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, lambda: [task.cancel() for task in work])
    await asyncio.gather(*work, return_exceptions=True)
