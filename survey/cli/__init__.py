"""The command line. Commands are loaded by name, so that `survey --help` imports none of them."""

import importlib
import sys

import click

from survey import errors

COMMANDS = {
    "demo": "Set everything up with an invented Trust, serve it, and print the links to look at",
    "serve": "Serve respondents, results and the API",
    "worker": "Send invitations and reminders, and close rounds, without serving",
    "bounces": "Take in e-mails that say that a message could not be delivered",
    "migrate": "Bring the database's schema up to date",
    "organisation": "Add or list the organisations this deployment serves",
    "translations": "Bring the catalogues of other languages up to date with the texts",
    "questionnaire": "Check, add and list questionnaires",
    "staff": "Import the staff list",
    "round": "Draft, preview, launch, follow, close and publish rounds",
    "comments": "Read comments, decide what of them others may read, release them",
    "audit": "Attack a published release as its reader would",
    "recompute": "Compute a published release again, to the same digit",
    "verify": "Attack the live database as its administrator would",
    "sign-in": "Print a one-time link that signs someone in",
    "account": "List who may sign in, give and take their roles",
    "key": "Make, list and revoke API keys",
    "audit-log": "Read the log of who did what, and verify that it is whole",
    "backup": "Save the database and the key directory",
    "restore": "Put a backup back into an empty database",
    "bench": "Measure: the respondents' journey, imports, closing, sending",
    "test": "Run every check and test",
}


class Commands(click.Group):
    """Finds each command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"survey.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Digital-maturity surveys for hospital Trusts: confidential while open, anonymous after close.

    Settings come from SURVEY_* variables; without SURVEY_DATABASE_URL an embedded Postgres in var/ is used.
    """


def main() -> None:
    """Run a command; an error is a sentence on stderr, never a traceback."""
    try:
        commands(prog_name="python3 -m survey")
    except errors.SurveyError as error:
        click.secho(f"{error.title}.", fg="red", err=True, bold=True)
        click.echo(str(error), err=True)
        sys.exit(1)
