"""Texts that people read in their own language: the English one, which is its key, and what is put into it.

Nothing here translates: a face does, by `languages.tell`. `survey translations` finds the texts by the names of these
functions, so the English stands in the call itself, with places for values as in "It opens on %(when)s.".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """`many` is the wording for any `count` but one. A value may be a message itself."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    many: str = ""
    count: int = 1

    def __str__(self) -> str:
        """In English, for logs and for faces that speak nothing else."""
        text = self.many if self.many and self.count != 1 else self.text
        return filled(text, self.values)


def say(text: str, /, **values: object) -> Message:
    """A text with its values."""
    return Message(text, values)


def say_many(one: str, many: str, count: int, /, **values: object) -> Message:
    """A text that depends on a number; `%(count)s` is that number."""
    return Message(one, {"count": count, **values}, many, count)


def mark(text: str) -> str:
    """The text itself. On the title of an error it says that respondents may meet it: its docstring counts too."""
    return text


def filled(text: str, values: Mapping[str, object]) -> str:
    return text % values if values else text
