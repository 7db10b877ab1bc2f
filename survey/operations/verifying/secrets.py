"""The secrets that this deployment could have let slip: whatever can be derived from the key directory."""

import base64

from survey import errors, sealing
from survey.core import slips
from survey.operations.verifying.needles import Needles
from survey.operations.verifying.scene import Scene
from survey.store import invitations


async def needles(scene: Scene) -> Needles:
    """The deployment's secret, the keys of every round that is not closed yet, and every token of these rounds."""
    few = {"the deployment's secret": scene.secret} if scene.secret else {}
    many: dict[bytes, str] = {}
    for one in scene.sealed:
        keys = _keys(scene, one.round_id)
        few |= {f"the {name} key of round {one.round_id}": key for name, key in keys.items()}
        if mailing := keys.get("mailing"):
            tokens = sealing.Tokens(mailing, scene.secret or b"")
            name = f"tokens and codes of round {one.round_id}"
            for seat in await invitations.ids(scene.db, one.organisation_id, one.round_id):
                many |= dict.fromkeys(_written(tokens.of(seat.invitation_id, slip=seat.slip)), name)
                many |= dict.fromkeys(_printed(tokens.code(seat.invitation_id)) if seat.slip else (), name)
    return Needles(few, many)


def _keys(scene: Scene, round_id: str) -> dict[str, bytes]:
    found = {}
    for name, read in (("private", sealing.KeyRing.private), ("mailing", sealing.KeyRing.mailing)):
        try:
            if scene.keys is not None:
                found[name] = read(scene.keys, round_id)
        except errors.Misconfigured:  # under split custody, or held by another host
            continue
    return found


def _written(token: str) -> tuple[bytes, bytes]:
    """A token as text, and the bytes that the text stands for."""
    return token.encode(), base64.urlsafe_b64decode(token + "=")


def _printed(code: str) -> tuple[bytes, bytes]:
    """A slip's code as it is printed and as it is read."""
    return code.encode(), slips.shown(code).encode()
