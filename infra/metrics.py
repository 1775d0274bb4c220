"""Prometheus metrics: what came in, what was handled, how long it took, what went out. No labels with personal data."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

LATENCY = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)

updates_received = Counter("updates_received_total", "Inbound messages stored", ["channel"])
updates_repeated = Counter("updates_repeated_total", "Inbound messages that were already there", ["channel"])
updates_handled = Counter("updates_handled_total", "Inbound messages answered", ["channel"])
updates_failed = Counter("updates_failed_total", "Attempts at a turn that failed", ["channel", "error"])
held_inbound = Counter("inbox_held_total", "Inbound messages kept apart because they made no sense")
held_turns = Counter("turns_held_total", "Turns given up after repeated failures", ["channel"])
queue_age = Gauge("inbox_oldest_seconds", "Age of the oldest message that waits for its turn")
queue_length = Gauge("inbox_waiting", "Messages that wait for their turn")
turn_seconds = Histogram(
    "turn_seconds", "From a message's arrival to the end of its turn", ["channel"], buckets=LATENCY
)
open_turns = Gauge("turns_open", "Turns this process works on now")
outgoing_calls = Counter("outgoing_calls_total", "Calls to a vendor", ["vendor", "method", "outcome"])
outgoing_seconds = Histogram("outgoing_seconds", "Duration of calls to a vendor", ["vendor"], buckets=LATENCY)
uncertain_sends = Counter("outgoing_uncertain_total", "Sends whose fate is not known", ["channel"])
answers = Counter("assistant_answers_total", "Questions put to the models, by what came of them", ["kind"])
violations = Counter("assistant_violations_total", "What the guard found in models' answers", ["kind"])
jobs_done = Counter("jobs_done_total", "Background jobs done", ["kind"])
jobs_failed = Counter("jobs_failed_total", "Failed attempts at background jobs", ["kind"])
jobs_held = Counter("jobs_held_total", "Background jobs given up", ["kind"])

_channels: dict[int, str] = {}


def name_account(account_id: int, channel: str) -> None:
    """Which channel's name stands in the label for this account."""
    _channels[account_id] = channel


def channel_of(account_id: int) -> str:
    return _channels.get(account_id, "unknown")


def received(account_id: int, *, new: bool) -> None:
    (updates_received if new else updates_repeated).labels(channel_of(account_id)).inc()


def render(registry: CollectorRegistry = REGISTRY) -> bytes:
    """The exposition text that `GET /metrics` answers with."""
    return generate_latest(registry)
