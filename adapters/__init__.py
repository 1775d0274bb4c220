"""The outside world: knows aiogram and aiohttp, never bot or kb."""

from infra import lazy_models

lazy_models.install()
