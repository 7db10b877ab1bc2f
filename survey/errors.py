"""Every way the service says no, in words for people. Each face (page, API, command) translates these once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in something a person gave us: where it is, what is wrong, how to mend it."""

    place: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" {self.mend}" if self.mend else "")


class SurveyError(Exception):
    """Something could not be done."""

    status = 400
    title = "That could not be done"

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else " ".join((self.__doc__ or "").split())


class Refused(SurveyError):
    """That cannot be done at this moment."""

    status = 409
    title = "Not possible now"


class NotFound(SurveyError):
    """There is nothing here by that name."""

    status = 404
    title = "Not found"


class NotAllowed(SurveyError):
    """You may not see or do this."""

    status = 403
    title = "Not allowed"


class NotSignedIn(SurveyError):
    """Sign in to see this."""

    status = 401
    title = "Sign in first"


class BadInput(SurveyError):
    """What was given has mistakes."""

    status = 422
    title = "Something needs mending"

    def __init__(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownLink(SurveyError):
    """We do not recognise this link. Check that you copied all of it, or ask for a new one."""

    status = 404
    title = "We do not recognise this link"


class RoundNotOpen(SurveyError):
    """This survey has not opened yet."""

    status = 403
    title = "This survey has not opened yet"


class RoundClosed(SurveyError):
    """This survey has closed. Thank you for your interest."""

    status = 410
    title = "This survey has closed"


class TooManyAttempts(SurveyError):
    """There have been too many attempts from this network. Wait a minute, then try again."""

    status = 429
    title = "Too many attempts"


class TooLarge(SurveyError):
    """That is more than this service accepts in one go (64 kB). Nothing was saved."""

    status = 413
    title = "That is too large"


class Unavailable(SurveyError):
    """The service cannot reach its database for the moment."""

    status = 503
    title = "Sorry, there is a problem with the service"


class Misconfigured(SurveyError):
    """The service will not start with these settings."""

    status = 500
    title = "The settings need mending"
