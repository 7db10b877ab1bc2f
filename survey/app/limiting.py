"""Guessing is slowed down, answering is not: only requests with an unknown link or key are counted, by address.

A whole Trust may share one address, so a link that is known is never held up by what its neighbours try.
"""

from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from litestar import Request

from survey import errors

GUESSES = 120
"""Unknown links or keys a minute from one address, after which the answer is "wait"."""
COUNTED = (errors.UnknownLink, errors.NotSignedIn)


class Limiter:
    """Counts guesses in this process's memory: a minute's worth is forgotten with it."""

    def __init__(self, guesses: int = GUESSES) -> None:
        self._limit = RateLimitItemPerMinute(guesses)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    def judge(self, request: Request[Any, Any, Any], error: Exception) -> Exception:
        """The error itself, or TooManyAttempts in its place. An address is believed from the socket or, through
        uvicorn, from a proxy that was named in the settings; never from a header as such."""
        if not isinstance(error, COUNTED) or _merely_absent(request):
            return error
        address = request.client.host if request.client else "unknown"
        return error if self._window.hit(self._limit, address) else errors.TooManyAttempts()


def _merely_absent(request: Request[Any, Any, Any]) -> bool:
    """Nothing was guessed: somebody came without a link, a session or a key."""
    path = request.scope["path"]
    if path.startswith("/api"):
        return "authorization" not in request.headers
    return not path.startswith(("/r/", "/sign-in/", "/code", "/kiosk/")) and not request.cookies
