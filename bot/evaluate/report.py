"""What all trials came to: pass^k, numbers, handoffs, cost and latency; as a table for people or JSON. Pure."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import comb
from typing import Any

from bot.evaluate.play import Trial
from bot.evaluate.scenario import Scenario

MOST_FAULTS = 4
"""Different faults of a scenario that the table quotes."""


def pass_k(passed: int, trials: int, k: int) -> float | None:
    """The probability that `k` independent trials all pass, estimated without bias from `passed` of `trials`:
    C(passed, k) / C(trials, k), as tau-bench does. None when there were fewer trials than `k`."""
    if not 0 < k <= trials:
        return None
    return comb(passed, k) / comb(trials, k)


def mean_pass_k(counts: Sequence[tuple[int, int]], k: int) -> float | None:
    """pass^k over scenarios, each (passed, trials) with the same weight."""
    each = [value for passed, trials in counts if (value := pass_k(passed, trials, k)) is not None]
    return sum(each) / len(each) if each else None


def share(seconds: Sequence[float], part: float) -> float | None:
    """The value below which `part` (0 to 1) of them lie."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else None


@dataclass(slots=True)
class Row:
    """One scenario over its trials."""

    scenario: Scenario
    trials: list[Trial]

    @property
    def passed(self) -> int:
        return sum(one.passed for one in self.trials)

    @property
    def latencies(self) -> list[float]:
        return [seconds for one in self.trials for seconds in one.latencies]

    @property
    def cost(self) -> Decimal:
        """US dollars a dialogue."""
        return sum((one.cost for one in self.trials), Decimal(0)) / max(1, len(self.trials))

    def faults(self) -> list[str]:
        """Different faults, the most frequent first."""
        counted: dict[str, int] = {}
        for one in self.trials:
            for what in dict.fromkeys(f"{fault.kind}: {fault.what}" for fault in one.faults):
                counted[what] = counted.get(what, 0) + 1
        return [f"{what} (×{times})" for what, times in sorted(counted.items(), key=lambda pair: -pair[1])]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.scenario.id,
            "language": self.scenario.language,
            "kind": self.scenario.kind,
            "trials": [one.passed for one in self.trials],
            "faults": self.faults(),
            "numbers": sorted({number for one in self.trials for number in one.numbers}),
            "sent_back": sum(one.again for one in self.trials),
            "wrong_handoffs": sum(one.wrong_handoffs for one in self.trials),
            "cost": float(self.cost),
            "latency": _latency(self.latencies),
        }


@dataclass(slots=True)
class Report:
    rows: list[Row]
    scripted: bool
    seconds: float = 0.0
    caught: Mapping[str, int] = field(default_factory=dict)
    """What the guard found in the models' answers, by kind."""
    refused: int = 0
    """Questions for which the budget had no money left: those talks measured the no-model mode."""
    buyers: Decimal = Decimal(0)
    """US dollars for the model that played buyers."""

    @classmethod
    def of(cls, scenarios: Sequence[Scenario], trials: Sequence[Trial], *, scripted: bool) -> "Report":
        own: dict[str, list[Trial]] = {one.id: [] for one in scenarios}
        for trial in trials:
            own[trial.scenario].append(trial)
        return cls([Row(one, own[one.id]) for one in scenarios], scripted)

    @property
    def trials(self) -> list[Trial]:
        return [one for row in self.rows for one in row.trials]

    @property
    def failed(self) -> bool:
        return any(not one.passed for one in self.trials)

    def pass_k(self, k: int) -> float | None:
        return mean_pass_k([(row.passed, len(row.trials)) for row in self.rows], k)

    def as_json(self) -> dict[str, Any]:
        trials = self.trials
        costs = [float(one.cost) for one in trials]
        return {
            "mode": "scripted" if self.scripted else "models",
            "scenarios": len(self.rows),
            "trials": len(trials),
            "passed": sum(one.passed for one in trials),
            "pass^1": self.pass_k(1),
            "pass^4": self.pass_k(4),
            "numbers_reached_client": sum(len(one.numbers) for one in trials),
            "caught_inside": dict(self.caught),
            "answers_sent_back": sum(one.again for one in trials),
            "wrong_handoffs": sum(one.wrong_handoffs for one in trials),
            "cost_per_dialogue": sum(costs) / len(costs) if costs else 0.0,
            "cost": sum(costs),
            "cost_of_buyers": float(self.buyers),
            "over_budget": self.refused,
            "latency": _latency([seconds for one in trials for seconds in one.latencies]),
            "seconds": round(self.seconds, 1),
            "results": [row.as_json() for row in self.rows],
        }

    def table(self) -> str:
        """One line a scenario, what went wrong under it, then the sums."""
        width = max(len(row.scenario.id) for row in self.rows)
        lines = [
            f"{'scenario':<{width}}  lang  {'kind':<16} {'trials':<8} {'back':>4} {'$':>8} {'p50 s':>6} {'p95 s':>6}"
        ]
        for row in self.rows:
            marks = "".join("+" if one.passed else "-" for one in row.trials)
            latency = _latency(row.latencies)
            lines.append(
                f"{row.scenario.id:<{width}}  {row.scenario.language:<4}  {row.scenario.kind:<16} {marks:<8} "
                f"{sum(one.again for one in row.trials):>4} {row.cost:>8.5f} "
                f"{_seconds(latency['median']):>6} {_seconds(latency['p95']):>6}"
            )
            lines += [f"    {fault}" for fault in row.faults()[:MOST_FAULTS]]
        return "\n".join([*lines, "", *self._sums()])

    def _sums(self) -> list[str]:
        made = self.as_json()
        caught = ", ".join(f"{kind} {times}" for kind, times in sorted(self.caught.items())) or "none"
        latency = made["latency"]
        lines = [
            f"{made['scenarios']} scenarios, {made['trials']} talks, {made['passed']} passed, {made['seconds']} s, "
            + ("scripted models" if self.scripted else "real models"),
            f"pass^1 {_share(made['pass^1'])}, pass^4 {_share(made['pass^4'])}",
            f"unbacked numbers that reached the client: {made['numbers_reached_client']}",
            f"caught inside: {caught}; answers sent back to the model: {made['answers_sent_back']}",
            f"wrong handoffs: {made['wrong_handoffs']}",
            f"cost: ${made['cost']:.4f}, ${made['cost_per_dialogue']:.5f} a dialogue"
            + (f", buyers ${self.buyers:.4f}" if self.buyers else ""),
            f"latency: median {_seconds(latency['median'])} s, p95 {_seconds(latency['p95'])} s",
        ]
        if self.refused:
            lines.append(f"the budget refused {self.refused} questions: raise LLM_DAY_BUDGET or ask for fewer trials")
        return lines


def _latency(seconds: Sequence[float]) -> dict[str, float | None]:
    return {"median": statistics.median(seconds) if seconds else None, "p95": share(seconds, 0.95)}


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
