"""The checker of the fault run: what was asked, what was answered, what the audit admits. Pure values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation as its client lived it."""

    channel: str
    name: str
    asked: Sequence[str]
    """The mark that the answer to each message must carry, in the order of sending."""
    answered: Sequence[str]
    """The marks of the answers that arrived, in order; an answer without a mark of ours is left out."""
    uncertain: int = 0
    """Sends that the audit lists as uncertain in this conversation."""


@dataclass(slots=True)
class Verdict:
    """What the checker found; `good` when nothing was lost, reordered or repeated beyond what the audit lists."""

    sent: int = 0
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    admitted: int = 0
    out_of_order: list[str] = field(default_factory=list)
    unhandled: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.repeated or self.out_of_order or self.unhandled)


def verify(talks: Sequence[Talk], states: Mapping[str, str] | None = None) -> Verdict:
    """`states`: external id → what the audit says of it; every one must be handled."""
    verdict = Verdict()
    for talk in talks:
        counts = Counter(talk.answered)
        verdict.sent += len(talk.asked)
        verdict.answered += sum(1 for mark in talk.asked if counts[mark])
        verdict.lost += [f"{talk.channel} {talk.name}: {mark}" for mark in talk.asked if not counts[mark]]
        extra = [mark for mark in talk.asked for _ in range(counts[mark] - 1)]
        if talk.channel == "telegram" and len(extra) <= talk.uncertain:
            verdict.admitted += len(extra)
        else:
            verdict.repeated += [f"{talk.channel} {talk.name}: {mark}" for mark in extra]
        first = list(dict.fromkeys(talk.answered))
        expected = [mark for mark in talk.asked if mark in counts]
        if first != expected:
            verdict.out_of_order.append(f"{talk.channel} {talk.name}: {first} instead of {expected}")
    for external_id, state in (states or {}).items():
        if state not in ("answered", "blocked"):
            verdict.unhandled.append(f"{external_id}: {state}")
    return verdict
