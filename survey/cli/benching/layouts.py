"""The shipped questionnaire on pages of another size, with every item asked of everybody: thirty answers each."""

import re
from pathlib import Path

from survey.operations import authoring

DEFAULT = Path(__file__).parents[2] / "data" / "questionnaires" / "default.toml"
LAYOUTS = {"one-page-each": 1, "three-pages": 10}
"""Items a page."""
_AUDIENCE = re.compile(r"^audience = .*\n", re.MULTILINE)


def repaged(text: str, size: int) -> str:
    """A questionnaire file that has no [[pages]], with `size` items a page and no item kept from anybody."""
    asked = _AUDIENCE.sub("", text)
    items = [item.id for item in authoring.check(asked).items]
    pages = (items[start : start + size] for start in range(0, len(items), size))
    return asked + "".join(f"\n[[pages]]\nitems = {page}\n" for page in pages)


def layout(name: str) -> str:
    return repaged(DEFAULT.read_text(encoding="utf-8"), LAYOUTS[name])
