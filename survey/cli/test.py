"""Every check and test, in one go and in one order."""

import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent.parent
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-cache"],
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--long", is_flag=True, help="Also run the sweeps: every state and width, thousands of generated cases.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(long: bool, arguments: tuple[str, ...]) -> None:
    """Run every check and test: formatting, lint, types, imports, then pytest with the ARGUMENTS given.

    Uses an embedded Postgres of its own. SURVEY_DATABASE_URL names another server to test against, whose role may
    create databases; SURVEY_POSTGRES_BIN a folder with the programs of another Postgres. Without a chromium the browser
    tests are left out, and the last line says so.
    """
    results = {name: _passes(name, words) for name, words in CHECKS.items()}
    failed = [name for name, passed in results.items() if not passed]
    _say("failed: " + ", ".join(failed) if failed else "all checks passed; now the tests")
    tests = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", *(["--long"] if long else []), *arguments], cwd=ROOT, check=False
    )
    sys.exit(tests.returncode or bool(failed))


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _passes(name: str, words: list[str]) -> bool:
    """Run one check. It speaks only when it fails."""
    program = Path(sysconfig.get_path("scripts")) / words[0]
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603
        [program, *words[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    passed = done.returncode == 0
    _say(f"{name:8} {'passed' if passed else 'FAILED'}  {time.monotonic() - started:4.1f} s")
    if not passed:
        _say(done.stdout)
    return passed
