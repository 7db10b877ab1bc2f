"""What a verification may look at, and how to look: given once, so that a test can give less or something else."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from survey.db import Db
from survey.sealing import KeyRing
from survey.store.rounds import Launched

PERSONAL = ("person", "frame_member", "invitation", "answered", "sealed", "draft", "message")
"""Tables whose rows name a person, or a link that was sent to one."""
ANSWERS = ("response", "comment")
"""Tables of opened answers, which must lead to nobody."""
OF_OPEN_ROUNDS = ("draft", "sealed", "answered", "invitation", "message", "link_request", "device")
"""Tables in which a closed round must leave nothing."""


class Scene(msgspec.Struct, frozen=True):
    """`logs` are files that the operator names; `roles` those that are known to read the tables. `programs` is where
    pg_dump is, `url` the database for it; None where no dump is wanted."""

    db: Db
    keys: KeyRing | None
    secret: bytes | None
    rounds: Sequence[Launched] = ()
    logs: tuple[Path, ...] = ()
    roles: frozenset[str] = frozenset()
    programs: Path | None = None
    url: str = ""

    @property
    def opened(self) -> list[Launched]:
        return [one for one in self.rounds if one.opened]

    @property
    def sealed(self) -> list[Launched]:
        return [one for one in self.rounds if not one.opened]
