"""Every way the service says no, in words for people. Each face (page, API, command) translates these once."""

from dataclasses import dataclass

from survey.messages import Message, mark


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
    title = mark("That could not be done")

    @property
    def told(self) -> Message | str:
        """What a page says under the title."""
        given: Message | str | None = self.args[0] if self.args else None
        return explanation(self.__doc__ or "", self.title) if given is None else given

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else " ".join((self.__doc__ or "").split())


def explanation(docstring: str, title: str) -> str:
    """The docstring without the title that it may begin with: a page has that above it."""
    return " ".join(docstring.split()).removeprefix(f"{title}.").strip()


class Refused(SurveyError):
    """That cannot be done at this moment."""

    status = 409
    title = mark("Not possible now")


class NotFound(SurveyError):
    """There is nothing here by that name."""

    status = 404
    title = mark("Not found")


class NotAllowed(SurveyError):
    """You may not see or do this."""

    status = 403
    title = mark("Not allowed")


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
    title = mark("We do not recognise this link")


class RoundNotOpen(SurveyError):
    """This survey has not opened yet."""

    status = 403
    title = mark("This survey has not opened yet")


class RoundPaused(SurveyError):
    """This survey is closed for now. Your link will work again when it goes on. What you have saved or sent is kept."""

    status = 403
    title = mark("This survey is closed for now")


class RoundClosed(SurveyError):
    """This survey has closed. Thank you for your interest."""

    status = 410
    title = mark("This survey has closed")


class TooManyAttempts(SurveyError):
    """There have been too many attempts from this network. Wait a minute, then try again."""

    status = 429
    title = mark("Too many attempts")


class TooLarge(SurveyError):
    """That is more than this service accepts in one go (64 kB). Nothing was saved."""

    status = 413
    title = mark("That is too large")


class Unavailable(SurveyError):
    """The service cannot reach its database for the moment."""

    status = 503
    title = mark("Sorry, there is a problem with the service")


class NotAsPublished(SurveyError):
    """These results are not shown: what is stored of them is not what was published. Somebody has to put it back."""

    status = 500
    title = "Results that somebody has changed"


class Misconfigured(SurveyError):
    """The service will not start with these settings."""

    status = 500
    title = "The settings need mending"
