"""Serving: respondents' pages, the console, results and the API, and the workers: closing, importing, sending."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable
from types import FrameType

import click
import uvicorn

from survey import config as configuration
from survey import db as database
from survey import logs
from survey.app import create_app
from survey.cli.running import run, server
from survey.cli.worker import make_post, with_keys
from survey.config import Config
from survey.db import Database
from survey.operations import migrating
from survey.sealing import KeyRing, fingerprint
from survey.workers import channels
from survey.workers import importing as importer
from survey.workers import sending as sender
from survey.workers.sending import Post

Ready = Callable[[], Awaitable[None]]


@click.command()
@click.option("--host", help="The address to listen on.  [SURVEY_HOST]")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.  [SURVEY_PORT]")
@click.option(
    "--close/--no-close",
    default=True,
    help="Also do what needs rounds' keys: launch what is to be launched, and open the answers of closed rounds.",
)
@click.option("--send/--no-send", default=True, help="Also send invitations and reminders, where a provider is set up.")
@run
async def command(host: str | None, port: int | None, close: bool, send: bool) -> None:
    """Serve respondents, results and the API.

    Put TLS in front: a proxy or load balancer that you name in SURVEY_TRUSTED_PROXIES, with SURVEY_BASE_URL set to the
    https address people use.
    """
    settings = configuration.read()
    logs.configure(settings.log_format)
    with server(settings) as url:
        async with database.connect(url, **database.UNHURRIED) as db:
            await migrating.check_ready(db, fingerprint(settings.secret_bytes()))
        keys = KeyRing(settings.key_directory(), settings.secret_bytes()) if close else None
        post = _post(settings, url) if send else None
        await serve(settings, url, listen(host or settings.host, port or settings.port), keys, post=post)


def _post(settings: Config, url: str) -> Post | None:
    """None where no provider is set up: then a process needs no key directory to send with."""
    ways = channels.configured(settings)
    return make_post(settings, url, ways) if ways else None


class Server(uvicorn.Server):
    """Told to stop, it stops. Uvicorn's own raises the signal once more afterwards, which ends the process before what
    stands around it (the embedded Postgres) has been stopped, and as a failure."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


async def serve(
    config: Config,
    url: str,
    listening: socket.socket,
    keys: KeyRing | None,
    ready: Ready | None = None,
    post: Post | None = None,
) -> None:
    """Serve until told to stop. `ready` is awaited once requests are answered."""
    app = create_app(config, Database(url, size=config.pool_size))
    uvicorn_config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(config.trusted_proxies),
        forwarded_allow_ips=list(config.trusted_proxies),
        timeout_keep_alive=65,
        timeout_graceful_shutdown=15,
    )
    served = Server(uvicorn_config)
    tasks = [asyncio.create_task(served.serve(sockets=[listening]))]
    tasks.append(asyncio.create_task(importer.work(url, config)))
    if keys is not None:
        tasks += with_keys(config, url, keys)
    if post is not None:
        tasks.append(asyncio.create_task(sender.work(post)))
    if ready is not None:
        while not served.started and not tasks[0].done():
            await asyncio.sleep(0.01)
        await ready()
    await tasks[0]
    for task in tasks[1:]:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, or a sentence about why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise click.ClickException(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --port."
        ) from None
    listening.listen(2048)
    listening.setblocking(False)
    return listening
