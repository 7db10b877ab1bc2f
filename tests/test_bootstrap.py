"""`python3 -m survey …` on a bare machine: what it does before the first package is there, and what it costs after."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from survey import bootstrap
from survey.bootstrap import Environment, Failed

ROOT = Path(__file__).parent.parent
BARE = ("__init__.py", "__main__.py", "bootstrap.py")
PINS = (*bootstrap.PINS.values(), bootstrap.UV_PIN)
ECHO = '#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with nothing prepared: the modules that must do without packages, and the pins."""
    (tmp_path / "survey").mkdir()
    for name in BARE:
        shutil.copy(ROOT / "survey" / name, tmp_path / "survey")
    for name in (*PINS, "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def _run(
    tree: Path, *arguments: str, python: str = sys.executable, **environment: str
) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SURVEY_", "PYTHONPATH"))}
    return subprocess.run(
        [python, "-m", "survey", *arguments],
        cwd=tree,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _prepared(tree: Path, kind: str) -> Environment:
    """An environment that says it is ready; its Python only repeats how it was called."""
    environment = Environment(tree)
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text(ECHO)
    environment.python.chmod(0o755)
    environment._ready.write_text(environment._stamp(kind))
    return environment


@pytest.mark.parametrize("name", BARE)
def test_nothing_but_the_standard_library_is_imported(name: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse((ROOT / "survey" / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= set(sys.stdlib_module_names) | {"survey"}


@pytest.mark.parametrize("name", BARE)
def test_an_old_python_can_read_far_enough_to_say_so(name: str) -> None:
    ast.parse((ROOT / "survey" / name).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_old_python_is_told() -> None:
    bootstrap.check_version((3, 11))
    with pytest.raises(Failed, match=r"Python 3\.10 is too old: 3\.11"):
        bootstrap.check_version((3, 10))


def test_without_pip_one_line_says_what_to_install(tree: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    done = _run(tree, "demo", python=str(tmp_path / "bare" / "bin" / "python"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == bootstrap.NO_PIP
    assert "Traceback" not in done.stderr


def test_when_ready_it_becomes_the_same_command_there(tree: Path) -> None:
    _prepared(tree, "run")
    done = _run(tree, "round", "draft", "--name", "a b")
    assert done.stdout.splitlines() == [
        str(tree / ".venv/bin/python"), "-m", "survey", "round", "draft", "--name", "a b",
    ]  # fmt: skip
    assert done.stderr == ""


def test_set_to_do_without_it_runs_where_it_is(tree: Path) -> None:
    (tree / "survey" / "cli.py").write_text("import sys\ndef main(): print('here', sys.prefix)\n")
    done = _run(tree, "demo", SURVEY_NO_BOOTSTRAP="1")
    assert done.stdout.startswith("here"), done.stderr
    assert not (tree / ".venv").exists()


@pytest.mark.parametrize(
    ("filled", "wanted", "serves"),
    [("run", "run", True), ("run", "test", False), ("test", "run", True), ("test", "test", True)],
)
def test_what_is_filled_for_tests_serves_everything(tree: Path, filled: str, wanted: str, serves: bool) -> None:
    assert _prepared(tree, filled).serves(wanted) == serves


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_changed_pins_make_it_stale(tree: Path, changed: str) -> None:
    environment = _prepared(tree, "run")
    with (tree / changed).open("a") as file:
        file.write("# another\n")
    assert not environment.serves("run")


def test_a_python_that_went_away_makes_it_stale(tree: Path) -> None:
    environment = _prepared(tree, "run")
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python")
    assert not environment.serves("run")


class Recorder(Environment):
    """Notes what would be run. `failing`: words that make a command fail, and how."""

    def __init__(self, root: Path, failing: dict[str, Exception]) -> None:
        super().__init__(root)
        self.commands: list[list[str]] = []
        self.failing = failing

    def _pip(self, *arguments: str) -> list[str]:
        return ["pip", *arguments]

    def _run(self, command: list[str], patience: float | None = None, *, show: bool = False) -> None:
        self.commands.append(command)
        assert not (self.home / ".lock").exists(), "uv locks that itself: it would wait five minutes for us"
        for word, failure in self.failing.items():
            if word in command:
                raise failure
        if "venv" in command:
            self.python.parent.mkdir(parents=True)
            self.python.touch()
        (self._uv / "bin").mkdir(parents=True, exist_ok=True)


def test_it_is_filled_by_hash_with_the_interpreter_named(tree: Path) -> None:
    environment = Recorder(tree, {})
    environment.prepare("test")
    fetch, make, fill = environment.commands
    assert fetch[:2] == ["pip", "install"]
    assert {"--require-hashes", str(tree / bootstrap.UV_PIN)} < set(fetch)
    assert make[make.index("--python") + 1] == sys.executable
    assert fill[fill.index("--python") + 1] == str(environment.python)
    assert fill[-2:] == ["--require-hashes", str(tree / "requirements-test.txt")]
    assert environment.serves("test")


def test_a_stale_one_that_had_the_tests_packages_keeps_them(tree: Path) -> None:
    (tree / ".venv").mkdir()
    (tree / ".venv" / ".ready").write_text("test of other pins")
    environment = Recorder(tree, {})
    environment.prepare("run")
    assert environment.commands[-1][-1].endswith("requirements-test.txt")


@pytest.mark.parametrize("failure", [Failed("no index"), subprocess.TimeoutExpired("uv", 1)])
def test_where_uv_fails_or_hangs_pip_gets_its_turn(tree: Path, failure: Exception) -> None:
    environment = Recorder(tree, {"sync": failure})
    environment.prepare("run")
    assert [("sync" in command, command[0]) for command in environment.commands[2:]] == [
        *[(True, str(tree / ".venv/.uv/bin/uv"))] * len(bootstrap.PATIENCE),
        (False, "pip"),
    ]
    assert "--require-hashes" in environment.commands[-1]


def test_one_cut_short_is_not_taken_for_ready(tree: Path) -> None:
    environment = Recorder(tree, {"venv": Failed("disk full")})
    with pytest.raises(Failed):
        environment.prepare("run")
    assert not environment.serves("run")


def test_misleading_variables_are_kept_from_it(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_PYTHON", "PYENV_VERSION", "VIRTUAL_ENV", "UV_SYSTEM_PYTHON"):
        monkeypatch.setenv(name, "wrong")
    environment = Environment(tree)
    environment._run(["/bin/sh", "-c", "env > seen"])
    assert "wrong" not in (tree / "seen").read_text()


def test_no_pin_and_no_setting_names_an_address() -> None:
    """Which registry to ask is the machine's business."""
    for name in PINS:
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in (ROOT / "survey" / "bootstrap.py").read_text(encoding="utf-8")


def test_once_ready_it_costs_next_to_nothing(tree: Path) -> None:
    """At most 0.1 s more than the same Python doing nothing; the best of some, for machines that are busy."""
    _prepared(tree, "run")

    def best(*command: str) -> float:
        times = []
        for _ in range(7):
            started = time.perf_counter()
            subprocess.run(command, cwd=tree, check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        return min(times)

    assert best(sys.executable, "-m", "survey", "x") - best(sys.executable, "-c", "pass") < 0.1


@pytest.mark.long
def test_a_bare_checkout_comes_to_help_by_itself(tree: Path) -> None:
    """The real thing, over the network."""
    shutil.copytree(ROOT / "survey", tree / "survey", dirs_exist_ok=True)
    done = _run(tree, "--help", UV_PYTHON="3.99")
    assert done.returncode == 0, done.stderr
    assert "Usage: python3 -m survey" in done.stdout
    assert done.stderr.splitlines()[0].startswith("Setting up .venv")
    again = _run(tree, "--help")
    assert again.stderr == ""
