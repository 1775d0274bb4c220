"""The ledger: every inbound external id, the turn that answered it, and the ids of what was sent, per channel."""

import json
import sys
from collections import defaultdict
from typing import Any

from infra.runtime import open_database
from infra.settings import Settings

INBOUND = """
SELECT a.channel, i.external_id, i.conversation_id, i.turn_id, i.received_at, t.outcome, t.attempts
FROM inbox i JOIN account a ON a.id = i.account_id LEFT JOIN turn t ON t.id = i.turn_id
ORDER BY i.conversation_id, i.seq
"""
OUTGOING = """
SELECT o.turn_id, o.job_id, o.n, a.channel, o.method, o.state, o.uncertain, o.external_id, o.created_at
FROM outgoing o JOIN account a ON a.id = o.account_id ORDER BY o.id
"""
HELD = """
SELECT a.channel, h.external_id, h.reason, EXISTS (
    SELECT FROM inbox i WHERE i.account_id = h.account_id AND i.external_id = h.external_id) AS queued
FROM inbox_held h LEFT JOIN account a ON a.id = h.account_id ORDER BY h.id
"""


async def collect(settings: Settings) -> dict[str, Any]:
    """`{"messages": […], "jobs": […], "held": […], "totals": {channel: {"received", "handled", …}}}`."""
    async with open_database(settings) as db:
        inbound = await db.pool.fetch(INBOUND)
        outgoing = await db.pool.fetch(OUTGOING)
        held = await db.pool.fetch(HELD)
    by_turn: dict[int, list[dict[str, Any]]] = defaultdict(list)
    by_job: list[dict[str, Any]] = []
    totals: dict[str, dict[str, int]] = defaultdict(
        lambda: {"received": 0, "handled": 0, "held": 0, "sent": 0, "uncertain": 0}
    )
    for row in outgoing:
        state = "uncertain" if row["uncertain"] else ("uncertain" if row["state"] == "intent" else row["state"])
        sent = {"channel": row["channel"], "method": row["method"], "state": state, "external_id": row["external_id"]}
        totals[row["channel"]]["sent"] += row["state"] == "sent"
        totals[row["channel"]]["uncertain"] += state == "uncertain"
        if row["turn_id"] is not None:
            by_turn[row["turn_id"]].append(sent)
        else:
            by_job.append({"job": row["job_id"], **sent})
    messages = []
    unreadable = {(row["channel"], row["external_id"]) for row in held if row["queued"]}
    for row in inbound:
        state = "held" if (row["channel"], row["external_id"]) in unreadable else row["outcome"] or "waiting"
        count = totals[row["channel"]]
        count["received"] += 1
        count["handled"] += state not in ("held", "waiting")
        count["held"] += state == "held"
        messages.append(
            {
                "channel": row["channel"],
                "external_id": row["external_id"],
                "conversation": row["conversation_id"],
                "turn": row["turn_id"],
                "state": state,
                "attempts": row["attempts"],
                "received_at": row["received_at"].isoformat(),
                "outgoing": by_turn.get(row["turn_id"], []),
            }
        )
    for row in held:
        if not row["queued"]:  # it never had a conversation: it stands in no line of `messages`
            count = totals[row["channel"] or "unknown"]
            count["received"] += 1
            count["held"] += 1
    apart = [{name: row[name] for name in ("channel", "external_id", "reason")} for row in held]
    return {"messages": messages, "jobs": by_job, "held": apart, "totals": dict(totals)}


async def audit(settings: Settings, *, as_json: bool) -> int:
    """Print the ledger; a line each message and the totals, or one JSON object."""
    ledger = await collect(settings)
    write = sys.stdout.write
    if as_json:
        write(json.dumps(ledger, ensure_ascii=False) + "\n")
        return 0
    for message in ledger["messages"]:
        sent = ", ".join(f"{one['method']} {one['external_id'] or '-'} {one['state']}" for one in message["outgoing"])
        turn = message["turn"] or "-"
        line = f"{message['channel']:<9} {message['external_id']:<52} turn {turn:<7} {message['state']:<9} {sent}"
        write(line.rstrip() + "\n")
    for one in ledger["held"]:
        write(f"{one['channel'] or '?':<9} {one['external_id']:<52} held: {one['reason']}\n")
    columns = ("received", "handled", "held", "sent", "uncertain")
    write(f"\n{'channel':<10}" + "".join(f"{name:>11}" for name in columns) + "\n")
    for channel, count in sorted(ledger["totals"].items()):
        write(f"{channel:<10}" + "".join(f"{count[name]:>11}" for name in columns) + "\n")
    return 0
