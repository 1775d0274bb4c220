"""The few settings of the simulated world, read from the environment."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

SMTP_PORT = 8025
EPOCH = 1_767_225_600  # 2026-01-01 UTC


def first_id() -> int:
    """Where message and update numbers begin: later than those of any earlier run.

    The world is kept in memory, its bot is not: a bot that remembers update 17 would take a new update 17 for a
    repeat. Ten numbers a second since 2026 stay below 2**31 until 2032, as real ones do.
    """
    return int(time.time() - EPOCH) * 10


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Durations are seconds; `telegram_tokens` empty means that every well-formed token is a bot.

    `yookassa_shop` (`id:key`) empty means that every well-formed pair is a shop; `yookassa_webhook` is where its
    notifications go. `smtp_port` 0 takes a free one, and so does a busy one unless it is `fixed`; `smtp_auth`
    (`user:password`) empty means that anybody may send.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    admin_chat: int = -1001000000001
    telegram_limits: bool = True
    telegram_tokens: tuple[str, ...] = ()
    webhook_retry: float = 1.0
    webhook_retry_max: float = 60.0
    first_id: int = 1
    yookassa_webhook: str = ""
    yookassa_shop: str = ""
    smtp_port: int = 0
    smtp_port_fixed: bool = False
    smtp_auth: str = ""


def load_settings(environ: Mapping[str, str] | None = None) -> SandboxSettings:
    """Raises `ValueError` with one line that names the variable."""
    env = os.environ if environ is None else environ
    defaults = SandboxSettings()

    def number(name: str, default: float, least: float, most: float) -> float:
        raw = env.get(name, "").strip()
        try:
            value = float(raw) if raw else default
        except ValueError:
            raise ValueError(f"{name} must be a number, not {raw!r}") from None
        if not least <= value <= most:
            raise ValueError(f"{name} must be between {least:g} and {most:g}, not {raw}")
        return value

    limits = env.get("SANDBOX_TELEGRAM_LIMITS", "1").strip() or "1"
    if limits not in ("0", "1"):
        raise ValueError(f"SANDBOX_TELEGRAM_LIMITS must be 1 or 0, not {limits!r}")
    return SandboxSettings(
        host=env.get("SANDBOX_HOST", "").strip() or defaults.host,
        port=int(number("SANDBOX_PORT", defaults.port, 0, 65535)),
        admin_chat=int(number("ADMIN_CHAT_ID", defaults.admin_chat, -(2**52), -1)),
        telegram_limits=limits == "1",
        telegram_tokens=tuple(t for t in env.get("SANDBOX_TELEGRAM_TOKENS", "").replace(" ", "").split(",") if t),
        webhook_retry=number("SANDBOX_WEBHOOK_RETRY", defaults.webhook_retry, 0.01, 60),
        webhook_retry_max=number("SANDBOX_WEBHOOK_RETRY_MAX", defaults.webhook_retry_max, 0.01, 3600),
        first_id=first_id(),
        yookassa_webhook=env.get("SANDBOX_YOOKASSA_WEBHOOK", "").strip(),
        smtp_port=int(number("SANDBOX_SMTP_PORT", SMTP_PORT, 0, 65535)),
        smtp_port_fixed=bool(env.get("SANDBOX_SMTP_PORT", "").strip()),
        smtp_auth=env.get("SANDBOX_SMTP_AUTH", "").strip(),
        yookassa_shop=env.get("SANDBOX_YOOKASSA_SHOP", "").strip(),
    )
