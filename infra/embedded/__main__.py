"""`python -m infra.embedded DATA_DIR`: the supervisor itself, and what an operator asks of a running one."""

import argparse
import json
import os
import sys
from pathlib import Path

from infra.embedded.client import Attachment
from infra.embedded.layout import SERVERS, AlreadyRunning, EmbeddedError, Layout, take_lock

GRACE_SECONDS = 10.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.embedded", description=__doc__)
    parser.add_argument("data_dir", type=Path, metavar="DATA_DIR")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--detach", action="store_true", help="run in the background, until unused")
    action.add_argument("--status", action="store_true", help="print what runs, as JSON")
    action.add_argument("--restart", metavar="NAME", help="restart postgres, valkey or another process in order")
    action.add_argument("--stop", action="store_true", help="stop everything")
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, help="seconds unused before it ends (background)")
    arguments = parser.parse_args()
    layout = Layout.of(arguments.data_dir)
    try:
        return act(arguments, layout)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def act(arguments: argparse.Namespace, layout: Layout) -> int:
    """Does what the command line says; the exit status."""
    running = Attachment(layout, SERVERS)
    if arguments.status:
        print(json.dumps(running.status(), indent=2))
    elif arguments.restart:
        running.restart(arguments.restart)
    elif arguments.stop:
        running.request({"do": "stop"})
    else:
        layout.create()
        # Taken before the fork, which hands it on: nobody sees the lock free while this one starts.
        try:
            lock = take_lock(layout)
        except AlreadyRunning:
            if arguments.detach:
                return 0
            raise
        if arguments.detach and not to_background(layout):
            return 0
        return supervise(layout, lock, resident=not arguments.detach, grace=arguments.grace)
    return 0


def to_background(layout: Layout) -> bool:
    """Leaves the starter's session and lets the starter return at once; True in the process that stays."""
    if os.fork():
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    log = os.open(layout.log("supervisor"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(source, target)
    return True


def supervise(layout: Layout, lock: int, *, resident: bool, grace: float) -> int:
    """Runs the supervisor until it ends, then gives the lock back; the exit status."""
    # asyncio costs a tenth of a second, which the starter and the small commands do without.
    import asyncio

    from infra.embedded.supervisor import Supervisor

    async def run() -> None:
        await Supervisor(layout, resident=resident, grace=grace).run()

    try:
        asyncio.run(run())
    finally:
        os.close(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
