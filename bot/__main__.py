"""Commands: `python -m bot` runs the assistant; the others serve the operator (docs/operations.md).

Thin on purpose: aiogram and the rest are imported only by the commands that need them.
"""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from infra.errors import AppError
from infra.settings import Settings, SettingsError, load_settings, misspelled


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it failed (one line says why), 2 the call or a setting is wrong."""
    arguments = _arguments().parse_args(argv)
    try:
        settings = load_settings()
    except SettingsError as error:
        return _fail(str(error), 2)
    for line in misspelled(os.environ):
        print(f"warning: {line}", file=sys.stderr)
    from infra import logging

    logging.configure(settings.log_level, settings.log_format)
    if settings.sentry_dsn is not None:
        from infra import sentry

        sentry.start(settings.sentry_dsn.get_secret_value())
    import uvloop

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_command(arguments, settings))
    except AppError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The sales assistant.")
    parser.add_argument("--role", choices=("all", "web", "worker"), default="all", help="what this process does")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database schema up to date")
    commands.add_parser("check", help="check every configured integration by a harmless call")
    audit = commands.add_parser("audit", help="the ledger of what came in and what went out")
    audit.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    for name, what in (("forget", "erase a person for good"), ("export", "everything held about a person, as JSON")):
        commands.add_parser(name, help=what).add_argument("client", type=int, metavar="CLIENT_ID")
    evaluate = commands.add_parser("evaluate", help="measure the answers: buyers talk with the assistant")
    evaluate.add_argument("files", nargs="*", type=Path, help="scenarios; tests/evals by default")
    evaluate.add_argument("--scripted", action="store_true", help="simulated models, as in continuous integration")
    evaluate.add_argument("--trials", type=int, default=4, help="talks of each scenario")
    evaluate.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this scenario; may be repeated"
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    evaluate.add_argument("--talks", action="store_true", help="also print the talks that failed")
    commands.add_parser("rotate-keys", help="wrap every data key under the newest of ENCRYPTION_KEYS")
    commands.add_parser("backup", help="a consistent copy of the database").add_argument("folder", type=Path)
    restore = commands.add_parser("restore", help="the database as a backup shows it")
    restore.add_argument("folder", type=Path)
    restore.add_argument("--force", action="store_true", help="replace what the database holds")
    return parser


async def _command(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.command == "migrate":
        return await _migrate(settings)
    if arguments.command == "check":
        from bot.check import check

        return await check(settings)
    if arguments.command == "audit":
        from bot.audit import audit

        return await audit(settings, as_json=arguments.json)
    if arguments.command is not None:
        return await _operate(arguments, settings)
    return await _run(settings, arguments.role)


async def _operate(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.command == "evaluate":
        from bot.evaluate.run import Wanted, evaluate
        from bot.evaluate.scenario import FOLDER

        wanted = Wanted(
            files=arguments.files or [FOLDER],
            scripted=arguments.scripted,
            trials=arguments.trials,
            only=arguments.only,
            as_json=arguments.json,
            verbose=arguments.talks,
        )
        return await evaluate(settings, wanted)
    if arguments.command == "forget":
        from bot.ops.forget import forget

        return await forget(settings, arguments.client)
    if arguments.command == "export":
        from bot.ops.export import export

        return await export(settings, arguments.client)
    if arguments.command == "rotate-keys":
        from bot.ops.rotate import rotate_keys

        return await rotate_keys(settings)
    if arguments.command == "backup":
        from bot.ops.backup import backup

        return await backup(settings, arguments.folder)
    from bot.ops.restore import restore

    return await restore(settings, arguments.folder, force=arguments.force)


async def _migrate(settings: Settings) -> int:
    from infra.migrate import migrate, newest_revision
    from infra.runtime import find_servers

    servers = await find_servers(settings, redis=False)
    try:
        changed = await migrate(servers.database_url)
    finally:
        servers.close()
    print(f"schema {newest_revision()}: {'brought up to date' if changed else 'already current'}")
    return 0


async def _run(settings: Settings, role: str) -> int:
    from infra.runtime import find_servers

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    servers = await find_servers(settings)
    try:
        if settings.demo:
            from bot.demo import prepare_demo

            await prepare_demo(settings, servers)
        from bot.run import run  # slow to import: the simulated world starts meanwhile

        return await run(settings, servers, role, stop)
    finally:
        await asyncio.to_thread(servers.close, stop=stop.is_set())


def _fail(line: str, status: int) -> int:
    print(f"error: {line}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
