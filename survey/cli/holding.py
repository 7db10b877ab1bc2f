"""Shares of a round's key on the command line: handed out one at a time, asked for without being shown."""

from pathlib import Path

import click

from survey import sealing
from survey.operations import authoring


def hand_out(shares: list[str], folder: Path | None) -> None:
    """To three files, or to three people who come to the screen one after the other."""
    for number, share in enumerate(shares, start=1):
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"share-{number}.txt"
            path.touch(mode=0o600)
            path.write_text(share + "\n", encoding="ascii")
            click.echo(f"Wrote {path}. Give it to holder {number} and delete it here.")
            continue
        click.prompt(
            f"Holder {number} of {len(shares)}: press Enter when only you can see this screen",
            default="",
            show_default=False,
        )
        click.echo(f"\n{share}\n")
        click.prompt("Write the 33 words down, then press Enter", default="", show_default=False)
        click.clear()


def ask(files: tuple[Path, ...]) -> list[str]:
    """Two holders' shares: from files, or typed unseen."""
    if files:
        return [authoring.decode(file.read_bytes()) for file in files]
    return [
        str(click.prompt(f"Share of holder {number} (33 words, not shown)", hide_input=True))
        for number in range(1, sealing.NEEDED + 1)
    ]


share_option = click.option(
    "--share", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one holder's share; give two. Without it the words are asked for.",
)  # fmt: skip
