"""Disclosure control: the only maker of values that a face can show.

`publish` and `audit` are loaded when first used: they need scipy, and whoever only shows a release does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from survey.core.disclosure.bands import response_rate
from survey.core.disclosure.codec import decode, digest, encode, is_published
from survey.core.disclosure.responses import Before, Responses
from survey.core.disclosure.scope import narrowed

if TYPE_CHECKING:
    from survey.core.disclosure.publishing import publish
    from survey.core.disclosure.reader import audit

__all__ = [
    "Before",
    "Responses",
    "audit",
    "decode",
    "digest",
    "encode",
    "is_published",
    "narrowed",
    "publish",
    "response_rate",
]

_LATER = {"publish": "survey.core.disclosure.publishing", "audit": "survey.core.disclosure.reader"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
