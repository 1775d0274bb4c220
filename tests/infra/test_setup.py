"""The set-up script: nothing is done twice, and what it cannot do itself it says in one line."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.uv_settings import pip_options, uv_variables

PROJECT = Path(__file__).resolve().parents[2]
GOOD_PYTHON = """
case "$*" in
  *version_info*) exit 0 ;;
  *ensurepip*) exit ${ENSUREPIP:-0} ;;
  "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && cp "$UV" .venv/bin/uv ;;
  "-m pip install"*uv.txt) exit 0 ;;
  "-m pip install"*) echo "pip $*" >>calls; exit ${PIP:-0} ;;
esac
"""
UV = 'case "$*" in *sync*) echo "uv $*" >>calls; exit ${UV_STATUS:-0} ;; esac'


class Checkout:
    """A folder with the script and its lists, and commands in PATH that only note how they are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands = folder / "commands"
        self.commands.mkdir()
        shutil.copytree(PROJECT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("requirements.lock", "requirements-dev.lock"):
            (folder / name).write_text(name)
        (folder / "scripts" / "system-test.txt").write_text("# a comment\nbrowser: no-such-browser other-browser\n")
        self.command("python3", GOOD_PYTHON)
        self.command("uv-stub", UV)
        self.command("id", "echo 0")
        self.command("apt-get", 'echo "apt $DEBIAN_FRONTEND $*" >>calls')

    def command(self, name: str, body: str) -> None:
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def setup(self, kind: str = "run", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "scripts/setup.sh", kind],
            cwd=self.folder,
            env={"PATH": f"{self.commands}:/usr/bin:/bin", "UV": str(self.commands / "uv-stub")} | environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def calls(self) -> list[str]:
        """What was called since the last look."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_second_start_does_nothing_until_a_lock_changes(checkout: Checkout) -> None:
    assert checkout.setup().returncode == 0
    (sync,) = checkout.calls()
    assert "--require-hashes --compile-bytecode requirements.lock" in sync
    again = checkout.setup()
    assert (again.returncode, again.stdout, again.stderr, checkout.calls()) == (0, "", "", [])
    (checkout.folder / "requirements.lock").write_text("changed")
    assert checkout.setup().returncode == 0
    assert len(checkout.calls()) == 1


def test_packages_for_tests_serve_a_run_and_are_not_taken_away_by_one(checkout: Checkout) -> None:
    checkout.command("other-browser", "true")
    assert checkout.setup("test").returncode == 0
    assert checkout.calls()[0].endswith("requirements-dev.lock")
    assert checkout.setup("run").returncode == 0
    assert checkout.calls() == []
    (checkout.folder / "requirements.lock").write_text("changed")
    assert checkout.setup("run").returncode == 0
    assert checkout.calls()[0].endswith("requirements-dev.lock")


def test_an_installation_that_broke_off_starts_from_an_empty_environment(checkout: Checkout) -> None:
    assert checkout.setup(UV_STATUS="1", PIP="1").returncode == 1
    (checkout.folder / ".venv" / "half").write_text("")
    assert checkout.setup().returncode == 0
    assert not (checkout.folder / ".venv" / "half").exists()


def test_a_moved_checkout_gets_a_new_environment(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert checkout.setup().returncode == 0
    checkout.calls()
    moved = tmp_path_factory.mktemp("moved") / "checkout"
    shutil.copytree(checkout.folder, moved)
    checkout.folder = moved
    done = checkout.setup()
    assert "Making the virtual environment" in done.stderr
    assert len(checkout.calls()) == 1


def test_pip_takes_over_when_uv_cannot(checkout: Checkout) -> None:
    assert checkout.setup(UV_STATUS="2").returncode == 0
    uv, pip = checkout.calls()
    assert uv.startswith("uv pip sync")
    assert pip == "pip -m pip install --quiet --require-hashes -r requirements.lock"


def test_missing_system_packages_are_installed_without_questions(checkout: Checkout) -> None:
    assert checkout.setup("test").returncode == 0
    update, install = checkout.calls()[:2]
    assert update.startswith("apt noninteractive")
    assert update.endswith("update")
    assert install.endswith("install --yes --no-install-recommends browser")


def test_without_rights_one_line_says_what_to_install(checkout: Checkout) -> None:
    checkout.command("id", "echo 1000")
    checkout.command("sudo", "exit 1")
    done = checkout.setup("test")
    assert done.returncode == 1
    line = "Missing system packages. Install them and start again: apt-get install browser"
    assert done.stderr.splitlines() == [line]
    assert checkout.calls() == []


def test_a_python_without_venv_is_completed_or_told(checkout: Checkout) -> None:
    checkout.command("id", "echo 1000")
    checkout.command("sudo", "exit 1")
    done = checkout.setup(ENSUREPIP="1")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.strip().endswith("apt-get install python3-venv")
    checkout.command("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    checkout.setup(ENSUREPIP="1")
    assert any(call.endswith("install --yes --no-install-recommends python3-venv") for call in checkout.calls())


def test_an_old_python_is_refused_in_one_line(checkout: Checkout) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        checkout.command(name, "exit 1")
    done = checkout.setup()
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed")
    assert len(done.stderr.splitlines()) == 1


def test_pip_settings_reach_uv_and_own_ones_of_uv_win() -> None:
    options = pip_options(
        [
            "global.extra-index-url='\\nfile:///a\\nfile:///b'",
            "global.index-url='file:///weak'",
            ":env:.index-url='file:///strong'",
            "list.format='columns'",
            "nonsense",
            "global.cert=not quoted",
        ]
    )
    assert options == {"extra-index-url": "\nfile:///a\nfile:///b", "index-url": "file:///strong"}
    assert uv_variables(options, {}) == {
        "UV_DEFAULT_INDEX": "file:///strong",
        "UV_INDEX": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    own = {"UV_DEFAULT_INDEX": "mine", "UV_INDEX": "mine", "UV_INDEX_STRATEGY": "mine"}
    assert uv_variables(options, own) == {}
    assert uv_variables({}, {}) == {}


def test_no_tracked_script_is_left_without_its_right_to_run() -> None:
    for name in ("scripts/setup.sh", ".ci/run"):
        assert os.access(PROJECT / name, os.X_OK), name
