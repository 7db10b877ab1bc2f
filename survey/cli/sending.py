"""Sending a round's messages, on the command line: seeing what would go out, sending it now, pausing, resuming."""

import click

from survey import errors
from survey.cli.running import Deployment, deployment, organisation, organisation_option, run
from survey.cli.worker import make_post
from survey.core import rounds as rules
from survey.operations import launching, recording, sending
from survey.operations.sending import Outlook, Status
from survey.workers import channels
from survey.workers import sending as worker

_KINDS = {"invitation": "Invitation", "reminder": "Reminder", "last_day": "Last reminder"}
_WAYS = {"email": "E-mail", "sms": "Text message"}


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent when, and who cannot be reached.")
@organisation_option
@run
async def send(round_id: str, dry_run: bool, code: str | None) -> None:
    """Send what is due in a round now, without waiting for the worker."""
    async with deployment() as d:
        whose = await organisation(d, code)
        scope = (whose.organisation_id, round_id)
        if dry_run:
            tell_outlook(await sending.outlook(d.db, *scope, d.config.clock_zone), d.config.clock_zone)
            return
        rules.must_allow("send messages of", (await launching.find(d.db, *scope)).state)
        await recording.record(d.db, d.actor(whose), "round.send", round_id)
        await _send(d, round_id)
        tell_status(await sending.status(d.db, *scope, d.config.clock_zone), d.config.clock_zone)


async def _send(d: Deployment, round_id: str) -> None:
    post = make_post(d.config, d.url, channels.configured(d.config))
    if not post.channels:
        raise errors.Refused("No provider is set up. Set SURVEY_SMTP_URL or SURVEY_NOTIFY_API_KEY: see the README.")
    sending.must_have_key(d.keys, round_id)
    await worker.once(d.db, post, round_id)
    for channel in post.channels:
        await channel.close()


def tell_outlook(seen: Outlook, zone: str) -> None:
    """Nothing here says who has answered: by the staff list alone."""
    for wave in seen.waves:
        whom = "everybody" if wave.kind == "invitation" else "those who have not answered by then"
        click.echo(f"{_KINDS[wave.kind]:<14} {rules.in_words(wave.due, zone)}, to {whom}")
    who = seen.reachable
    ways = ", then ".join(_WAYS[channel].lower() for channel in seen.reach.channels) or "none: hand out the links"
    of = who.channels
    click.echo(f"\nBy {ways}. Of {of.people} people {of.email} have an e-mail address and {of.sms} a mobile number.")
    if who.missing.count:
        click.echo(f"{who.missing.count} cannot be reached:")
        for one in who.missing.people:
            click.echo(f"  {one.employee_number}  {one.team}: {one.why}")
        if who.missing.count > len(who.missing.people):
            click.echo(f"  and {who.missing.count - len(who.missing.people)} more")


def tell_status(now: Status, zone: str) -> None:
    """Numbers of the invitation, which everybody gets; of reminders only when, and roughly how far."""
    if now.paused:
        click.echo("Sending is paused.")
    for one in now.counts:
        numbers = f"{one.sent} sent, {one.waiting} waiting, {one.bounced} bounced, {one.refused} refused"
        more = f", {one.doubtful} perhaps sent twice" if one.doubtful else ""
        click.echo(f"{_WAYS[one.channel]} invitations: {numbers}{more}.")
    for sent in now.reminders:
        how_far = f": sent to {sent.done} of those it is for" if sent.done else ""
        click.echo(f"{_KINDS[sent.kind]} {'from' if sent.queued else 'due'} {rules.in_words(sent.due, zone)}{how_far}.")
    for held in now.held:
        click.echo(f"{held.provider} waits until {rules.in_words(held.held_until, zone)}: {held.why}.")


def _pausing(name: str, said: str, *, paused: bool) -> click.Command:
    @click.command(name)
    @click.argument("round_id", metavar="ROUND")
    @organisation_option
    @run
    async def one(round_id: str, code: str | None) -> None:
        async with deployment() as d:
            whose = await organisation(d, code)
            async with recording.recorded(d.db, d.actor(whose), f"round.{name.replace('-', '_')}", round_id):
                await sending.pause(d.db, whose.organisation_id, round_id, paused=paused)
        click.echo(said)

    return one


pause = _pausing("pause-sending", "No more messages of this round are sent until: round resume-sending", paused=True)
pause.help = "Send no more messages of a round for now."
resume = _pausing("resume-sending", "Messages of this round go out again.", paused=False)
resume.help = "Go on sending a round's messages."
