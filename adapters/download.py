"""The bytes of a file in a message, on any channel: with a size limit, a deadline, and errors that name no address."""

import asyncio
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest

from infra.errors import AppError, NotFoundError, VendorDown

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that a bot may download from Telegram; the site takes no larger ones either."""
SECONDS = 15.0


class TooLarge(AppError):
    """The file has more bytes than the limit."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """`name` is the channel's own, which may differ from what the sender's file was called."""

    name: str
    body: bytes


async def download(bot: Bot, file_id: str, *, limit: int = LARGEST, seconds: float = SECONDS) -> Downloaded:
    """Fetch a file by its id. TooLarge; NotFoundError when it is gone; VendorDown when it does not come in time."""
    try:
        async with asyncio.timeout(seconds):
            return await _download(bot, file_id, limit, seconds)
    except TimeoutError:
        raise VendorDown("channel", f"a file did not arrive within {seconds:.0f} s") from None
    except TelegramBadRequest as error:
        if "too big" in error.message:
            raise TooLarge("a file is larger than the channel gives out") from None
        raise NotFoundError(f"no such file: {error.message[:80]}") from None
    except TelegramAPIError as error:
        raise VendorDown("channel", f"a file cannot be fetched: {type(error).__name__}") from None


async def _download(bot: Bot, file_id: str, limit: int, seconds: float) -> Downloaded:
    file = await bot.get_file(file_id)
    if (file.file_size or 0) > limit:
        raise TooLarge(f"a file of {file.file_size} bytes")
    path = file.file_path or ""
    body = bytearray()
    address = bot.session.api.file_url(bot.token, path)
    async for chunk in bot.session.stream_content(address, timeout=max(1, int(seconds)), raise_for_status=True):
        body += chunk
        if len(body) > limit:
            raise TooLarge("a file goes on past the limit")
    return Downloaded(path.rpartition("/")[2], bytes(body))
