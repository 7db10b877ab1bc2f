"""Style sheets for languages written from right to left: the same rules with left and right changed places.

The design system says left and right, not start and end. What must stay as it is can say so in words that have no side.
"""

import re

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_WORD = re.compile(r"(?<![\w.#%-])((?:[a-z]+-)*)(left|right)((?:-[a-z]+)*)(?![\w%-])")
_FOUR = re.compile(r"(?<![\w-])(margin|padding|inset|border-(?:width|style|color))\s*:\s*([^;{}]+)")
_CORNERS = re.compile(r"(?<![\w-])(border-radius)\s*:\s*([^;{}/]+)(?=[;}])")
_PARTS = re.compile(r"(?:[^\s(]|\([^()]*(?:\([^()]*\)[^()]*)*\))+")
_OTHER = {"left": "right", "right": "left"}
_BODY = re.compile(r"\{([^{}]*)\}")


def mirrored(css: str) -> str:
    """Declarations alone are changed: selectors may be called what they like, and addresses lead where they led."""
    return _BODY.sub(lambda body: "{" + _declarations(body[1]) + "}", _COMMENT.sub("", css))


def _declarations(body: str) -> str:
    return ";".join(part if "url(" in part else _declaration(part) for part in body.split(";"))


def _declaration(part: str) -> str:
    part = _FOUR.sub(lambda found: _reordered(found, (0, 3, 2, 1)), part)
    part = _CORNERS.sub(lambda found: _reordered(found, (1, 0, 3, 2)), part + ";").removesuffix(";")
    return _WORD.sub(lambda found: found[1] + _OTHER[found[2]] + found[3], part)


def _reordered(found: re.Match[str], order: tuple[int, ...]) -> str:
    values = _PARTS.findall(found[2])
    if len(values) != 4:
        return found[0]
    return f"{found[1]}:{' '.join(values[place] for place in order)}"
