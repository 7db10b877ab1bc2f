"""The code on a printed slip: how it is spelt, and how it is read from whatever somebody typed.

29 letters and digits of which no two look alike, 13 of them: some 63 bits.
"""

LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXY"
LENGTH = 13
CODES = len(LETTERS) ** LENGTH
"""How many there are. A code is a number below this."""

_GROUPS = (slice(0, 4), slice(4, 8), slice(8, LENGTH))
_ALIKE = str.maketrans({"S": "5", "Z": "2"})
"""What is in no code, and what it was if somebody reads it in one."""
_LONGEST = 100


def spelt(number: int) -> str:
    """The code that a number stands for."""
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def read(typed: str) -> str | None:
    """The code, whatever its case, spaces and dashes; None for what cannot be one."""
    code = "".join(letter for letter in typed[:_LONGEST].upper() if letter.isalnum()).translate(_ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def shown(code: str) -> str:
    """In groups, to be read and typed."""
    return " ".join(code[group] for group in _GROUPS)
