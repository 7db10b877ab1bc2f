"""The ways to people, behind one small interface: a channel is given an envelope and says what became of it."""

from survey import errors
from survey.config import Config
from survey.workers.channels.channel import Channel
from survey.workers.channels.notify import Notify
from survey.workers.channels.smtp import Smtp

__all__ = ["Channel", "Notify", "Smtp", "configured"]


def configured(config: Config) -> list[Channel]:
    """The channels that the settings name; none where this deployment sends nothing. E-mail goes by the mail server
    where there is one, and by Notify where there is none."""
    found: list[Channel] = []
    if config.smtp_url is not None:
        if config.smtp_from is None:
            raise errors.Misconfigured("SURVEY_SMTP_URL is set, and SURVEY_SMTP_FROM is not: who is the sender?")
        found.append(Smtp(config.smtp_url, config.smtp_from, config.smtp_per_minute, one_click=config.tls))
    if notify := _notify(config, by_mail=config.smtp_url is None):
        found.append(notify)
    return found


def _notify(config: Config, *, by_mail: bool) -> Notify | None:
    if config.notify_api_key is None:
        return None
    templates = {"sms": config.notify_sms_template, "email": config.notify_email_template if by_mail else None}
    named = {channel: template for channel, template in templates.items() if template}
    if not named and by_mail:
        raise errors.Misconfigured(
            "SURVEY_NOTIFY_API_KEY is set, and neither SURVEY_NOTIFY_EMAIL_TEMPLATE nor SURVEY_NOTIFY_SMS_TEMPLATE is."
        )
    key = config.notify_api_key.reveal().decode()
    return Notify(key, config.notify_url, named, config.notify_per_minute, one_click=config.tls) if named else None
