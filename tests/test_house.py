"""Rules of the house that the import contracts cannot say."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP = {"survey", "sql", "templates", "tests", "docker", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}
SOURCES = sorted((ROOT / "survey").rglob("*.py"))


def _imported(path: Path) -> set[str]:
    """Everything a module imports, by its full name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_disclosure_solves_programmes_and_nothing_loads_scipy_stats(path: Path) -> None:
    """scipy.stats costs a second at start; a solver elsewhere would be a second maker of what may be shown."""
    loaded = {".".join(name.split(".")[:2]) for name in _imported(path) if name.startswith("scipy")}
    allowed = {"scipy.special"} | ({"scipy.optimize", "scipy.sparse"} if "disclosure" in path.parts else set())
    assert loaded <= allowed


def test_the_top_level_stays_as_it_is() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # not a clone: what the image copies, for one
        return
    names = {name.partition("/")[0] for name in listed.stdout.splitlines()}
    others = {name for name in names - TOP if not name.startswith((".", "requirements"))}
    assert others == set()


def test_the_command_line_starts_without_what_it_does_not_need() -> None:
    """`--help` loads no command, no database driver and no numbers."""
    script = "import sys, survey.cli; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"asyncpg", "litestar", "numpy", "scipy", "rich"} & set(told)
