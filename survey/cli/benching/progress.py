"""How measurements tell how far they are."""

from collections.abc import Callable

Progress = Callable[[str, int], Callable[[], None]]
"""Given what is about to happen and of how many steps, gives a function to call at each step."""
