"""The key directory: nothing of a closed round, and readable by nobody else."""

import stat
from collections.abc import Iterator
from pathlib import Path

from survey.operations.verifying.findings import Verdict, judged, not_checked
from survey.operations.verifying.scene import Scene


async def key_files(scene: Scene) -> Verdict:
    if scene.keys is None:
        return not_checked("This host was given no key directory.")
    if not scene.keys.directory.is_dir():
        return not_checked(f"There is no key directory {scene.keys.directory} on this host.")
    return judged(_amiss(scene, scene.keys.directory), f"{scene.keys.directory} holds keys of open rounds only.")


def _amiss(scene: Scene, folder: Path) -> Iterator[str]:
    closed = {one.round_id for one in scene.opened}
    for path in sorted(folder.iterdir()):
        round_id, _, name = path.name.partition(".")
        if round_id in closed and name == "unfinished":
            yield f"Round {round_id} is closed, and its deleted rows have not been cleared away yet."
        elif round_id in closed:
            yield f"Round {round_id} is closed, and its {name} key is still there."
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"Other accounts can reach {path.name}."
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield "Other accounts can enter the key directory."
