"""Commands of the knowledge base: `python -m kb sync | search | eval`."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import AppError, ConfigError
from infra.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from infra.database import Database
    from kb.search import Searcher

CONTENT = Path(__file__).resolve().parent / "content"


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done (also when single files failed, they are named), 1 it failed, 2 the call is wrong."""
    arguments = _arguments().parse_args(argv)
    try:
        settings = load_settings()
    except SettingsError as error:
        return _fail(str(error), 2)

    async def run() -> None:
        from infra.runtime import open_database

        async with open_database(settings) as db:
            await _COMMANDS[arguments.command](db, arguments)

    try:
        asyncio.run(run())
    except AppError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return 130
    return 0


def _fail(text: str, status: int) -> int:
    print(f"error: {text}", file=sys.stderr)
    return status


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kb", description="The knowledge base.")
    commands = parser.add_subparsers(dest="command", required=True)
    sync = commands.add_parser("sync", help="bring a collection in line with a folder")
    sync.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=CONTENT)
    search = commands.add_parser("search", help="what the assistant would be given")
    search.add_argument("query")
    search.add_argument("--top", type=_positive, default=5)
    evaluate = commands.add_parser("eval", help="recall@1, recall@5, MRR@10 and milliseconds per query")
    evaluate.add_argument("file", metavar="FILE.jsonl", type=Path, help='lines of {"question", "source"}')
    evaluate.add_argument("--foreign", metavar="FILE.txt", type=Path, help="questions that must be refused, one a line")
    evaluate.add_argument("--typos", metavar="N", type=_typos, default=0, help="slips put into every question")
    evaluate.add_argument("--seed", metavar="N", type=int, default=0, help="which slips")
    for command in (search, evaluate):
        command.add_argument("--lexical", action="store_true", help="by words alone, even with an embedding key")
    for command in (sync, search, evaluate):
        command.add_argument("--collection", metavar="NAME", default="main")
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _typos(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 10:
        raise argparse.ArgumentTypeError("must be from 0 to 10")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100:
        raise argparse.ArgumentTypeError("must be from 1 to 100")
    return value


async def _sync(db: "Database", arguments: argparse.Namespace) -> None:
    from kb.embed import embedder_of
    from kb.progress import Bar
    from kb.sync import COUNTS, sync_folder

    embedder = embedder_of(load_settings())
    bar = Bar(sys.stderr)
    try:
        report = await sync_folder(db, arguments.folder, arguments.collection, embedder=embedder, progress=bar)
    finally:
        bar.close()
        if embedder is not None:
            await embedder.close()
    if arguments.json:
        _print_json(report.as_json())
        return
    print(", ".join(f"{name} {getattr(report, name)}" for name in COUNTS))
    for failure in report.failures:
        print(f"failed: {failure.source}: {failure.reason}")
    if embedder is not None:
        print(f"chunks {report.chunks}, vectors {report.vectors}, missing {report.missing}")
    if report.embedding_error:
        print(f"embedding stopped: {report.embedding_error}; the texts are found by their words, the next sync goes on")


async def _search(db: "Database", arguments: argparse.Namespace) -> None:
    from kb.search import relevant, verdict

    async with _searcher(db, arguments) as searcher:
        dense_query = None if arguments.lexical else arguments.query
        passages = relevant(await searcher.search(arguments.query, arguments.top, dense_query=dense_query))
    if arguments.json:
        fields = ("rank", "score", "source", "heading", "text", "confidence")
        _print_json([{name: getattr(passage, name) for name in fields} for passage in passages])
        return
    print(f"{verdict(passages)}, {len(passages)} found")
    for passage in passages:
        print(f"\n{passage.rank}. {passage.heading}  [{passage.source}]")
        print(f"   score {passage.score:.2f}, confidence {passage.confidence:.2f}")
        print("   " + passage.text.replace("\n", "\n   "))


async def _eval(db: "Database", arguments: argparse.Namespace) -> None:
    from kb.evaluate import evaluate, load_foreign, load_questions, with_typos

    questions = await asyncio.to_thread(load_questions, arguments.file)
    foreign = await asyncio.to_thread(load_foreign, arguments.foreign) if arguments.foreign else []
    if arguments.typos:
        questions = with_typos(questions, arguments.typos, arguments.seed)
    async with _searcher(db, arguments) as searcher:
        if not await searcher.refresh():
            raise ConfigError(f"collection {arguments.collection} is empty: sync it first")
        numbers = (await evaluate(searcher, questions, foreign, dense=not arguments.lexical)).as_json()
    if arguments.json:
        _print_json(numbers)
    else:
        print("\n".join(f"{name} {value}" for name, value in numbers.items()))


@contextlib.asynccontextmanager
async def _searcher(db: "Database", arguments: argparse.Namespace) -> "AsyncIterator[Searcher]":
    """With vectors when there is a key for them and nobody asked for words alone."""
    from kb.embed import embedder_of
    from kb.search import Searcher

    embedder = None if arguments.lexical else embedder_of(load_settings())
    try:
        yield Searcher(db, arguments.collection, embedder=embedder)
    finally:
        if embedder is not None:
            await embedder.close()


def _print_json(value: object) -> None:
    import orjson

    print(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


_COMMANDS = {"sync": _sync, "search": _search, "eval": _eval}

if __name__ == "__main__":
    sys.exit(main())
