"""`python -m bot evaluate`: reads the scenarios, opens the lanes, plays every trial, prints what came of it."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import REGISTRY

from bot.evaluate.buyer import Buyers
from bot.evaluate.numbers import Ledger
from bot.evaluate.play import Trial, play
from bot.evaluate.report import Report
from bot.evaluate.scenario import FOLDER, Scenario, read
from bot.evaluate.stage import open_lanes
from infra import logging
from infra.errors import ConfigError
from infra.runtime import Servers
from infra.settings import Settings

LANES = 4
MOST_TRIALS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    files: Sequence[Path] = field(default=(FOLDER,))
    scripted: bool = False
    trials: int = 4
    only: Sequence[str] = ()
    as_json: bool = False
    lanes: int = LANES
    verbose: bool = False


async def evaluate(settings: Settings, wanted: Wanted) -> int:
    """Exit status: 0 when every trial passed, 1 otherwise. ConfigError for what cannot begin."""
    logging.configure("ERROR", "console")
    report = await measure(settings, wanted)
    if wanted.as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))  # noqa: T201  # the command's result
    else:
        print(report.table())  # noqa: T201  # the command's result
    if wanted.verbose:
        for trial in (one for one in report.trials if not one.passed):
            told = "\n".join(f"  {who}: {text}" for who, text in trial.talk)
            print(f"\n{trial.scenario}\n{told}", file=sys.stderr)  # noqa: T201  # asked for
    return 1 if report.failed else 0


async def measure(
    settings: Settings, wanted: Wanted, *, servers: Servers | None = None, ledger: Ledger | None = None
) -> Report:
    """Play everything; on `servers` when they are given, against the numbers of `ledger` instead of the company's."""
    scenarios = await asyncio.to_thread(chosen, wanted)
    if not 1 <= wanted.trials <= MOST_TRIALS:
        raise ConfigError(f"--trials must be from 1 to {MOST_TRIALS}")
    buyers = Buyers(settings)
    if not wanted.scripted and not buyers.able:
        raise ConfigError("no model has a key: set OPENAI_API_KEY or ANTHROPIC_API_KEY, or pass --scripted")
    known = ledger if ledger is not None else await asyncio.to_thread(company_numbers, settings)
    began = time.monotonic()
    work = [(one, None if wanted.scripted else buyers.of(one)) for one in scenarios for _ in range(wanted.trials)]
    done = 0

    def on_trial(trial: Trial, seconds: float) -> None:
        nonlocal done
        done += 1
        if not wanted.as_json and sys.stderr.isatty():
            print(f"\r{done}/{len(work)} {trial.scenario:<40}", end="", file=sys.stderr)  # noqa: T201  # progress

    try:
        lanes = min(wanted.lanes, len(work))
        async with open_lanes(settings, lanes, scripted=wanted.scripted, servers=servers) as opened:
            before = _counted("assistant_violations_total", "kind"), _counted("model_budget_refusals_total", "limit")
            trials = await play(opened, work, known, on_trial)
            after = _counted("assistant_violations_total", "kind"), _counted("model_budget_refusals_total", "limit")
    finally:
        await buyers.close()
    report = Report.of(scenarios, trials, scripted=wanted.scripted)
    report.seconds = time.monotonic() - began
    report.caught = {kind: more for kind, n in after[0].items() if (more := n - before[0].get(kind, 0))}
    report.refused = sum(after[1].values()) - sum(before[1].values())
    report.buyers = buyers.cost
    return report


def chosen(wanted: Wanted) -> list[Scenario]:
    """The scenarios asked for; ConfigError for an id that none has."""
    found = read(wanted.files)
    unknown = set(wanted.only) - {one.id for one in found}
    if unknown:
        raise ConfigError(f"no scenario is called {', '.join(sorted(unknown))}")
    return [one for one in found if not wanted.only or one.id in wanted.only]


def company_numbers(settings: Settings) -> Ledger:
    """Every number of the knowledge base, the price list and the company file, read as plain text."""
    files = [settings.pricing_file, settings.company_file]
    files += sorted(one for one in settings.content_dir.rglob("*") if one.suffix in (".md", ".txt", ".csv", ".html"))
    return Ledger.of(_text(one) for one in files)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _counted(name: str, label: str) -> dict[str, int]:
    """A counter's values by one of its labels."""
    found: dict[str, int] = {}
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name == name:
                kind = sample.labels.get(label, "")
                found[kind] = found.get(kind, 0) + int(sample.value)
    return found
