"""The staff groups of the NHS Electronic Staff Record, and which of them are clinical."""

import difflib
from functools import lru_cache

CLINICAL = {
    "Add Prof Scientific and Technic": True,
    "Additional Clinical Services": True,
    "Administrative and Clerical": False,
    "Allied Health Professionals": True,
    "Estates and Ancillary": False,
    "Healthcare Scientists": True,
    "Medical and Dental": True,
    "Nursing and Midwifery Registered": True,
    "Students": True,
}
"""Each national group, and whether its people count as clinical where the staff list does not say."""


def _plain(name: str) -> str:
    """The name as people mean it: “NURSING & MIDWIFERY  REGISTERED” is “nursing and midwifery registered”."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold().replace("&", " and "))
    return " ".join(words.split())


_BY_PLAIN_NAME = {_plain(name): name for name in CLINICAL}


@lru_cache(maxsize=1024)
def find(name: str) -> str | None:
    """The national group's own spelling; None for a name that is none of them."""
    return _BY_PLAIN_NAME.get(_plain(name))


@lru_cache(maxsize=1024)
def nearest(name: str) -> str | None:
    """The group somebody probably meant: one whose name looks alike, else the only one that shares a word's root."""
    plain = _plain(name)
    close = difflib.get_close_matches(plain, _BY_PLAIN_NAME, n=1, cutoff=0.6)
    if close:
        return _BY_PLAIN_NAME[close[0]]
    roots = {word[:4] for word in plain.split() if len(word) >= 4}
    sharing = [known for known in _BY_PLAIN_NAME if any(word[:4] in roots for word in known.split())]
    return _BY_PLAIN_NAME[sharing[0]] if len(sharing) == 1 else None
