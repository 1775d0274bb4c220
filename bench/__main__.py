"""`make bench`: one table, and `bench/results.json`.

python -m bench [--rounds 10]
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bench import assistant, pipeline, webhook
from bench.stand import ADMIN_CHAT, ROOT, TOKEN, open_stand
from infra import logging
from infra.embedded import attach
from infra.runtime import Servers
from infra.settings import Settings

GOALS = {
    "cpu_ratio": ("CPU per turn, × a bare dispatcher with RedisStorage", 6.0),
    "latency_ms_at_50": ("latency at 50 turns/s, in process, p95 ms", 60.0),
    "webhook_latency_ms_at_50": ("latency at 50 turns/s, over the webhook, p95 ms", 60.0),
    "model_turn_own_p95_ms": ("own work of a turn with a model, p95 ms", 60.0),
    "rss_mb": ("resident memory of an application process, MB", 350.0),
}


async def run(rounds: int) -> dict[str, Any]:
    results: dict[str, Any] = {"python": platform.python_version(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory(prefix="assistant-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.chmod(folder, 0o755)  # noqa: S103  # the servers run as another user and must get in
        attachment = await asyncio.to_thread(attach, folder)
        settings = Settings(
            _env_file=None,
            demo=True,
            data_dir=folder,
            telegram_token=SecretStr(TOKEN),
            admin_chat_id=ADMIN_CHAT,
            http_port=0,
            site_limits=False,
        )
        try:
            servers = Servers(attachment.database_url, attachment.redis_url)
            results |= await pipeline.measure(settings, servers, rounds)
        finally:
            await asyncio.to_thread(attachment.close, stop=True)
    async with open_stand(sandbox=False) as stand:
        results |= await webhook.measure(stand)
    results |= await assistant.measure()
    return results


def table(results: dict[str, Any]) -> str:
    """The figures in order, the goals with what they ask."""
    lines = [f"{'what':<62}{'measured':>28}{'goal':>8}"]
    for key, value in results.items():
        title, goal = GOALS.get(key, (key.replace("_", " "), None))
        shown = ", ".join(f"{name} {number}" for name, number in value.items()) if isinstance(value, dict) else value
        lines.append(f"{title:<62}{shown!s:>28}{f'≤ {goal:g}' if goal else '':>8}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The benchmark.")
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    logging.configure("WARNING")
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        results = runner.run(run(rounds))
    print(table(results))
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
