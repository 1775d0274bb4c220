"""The bot itself: who it is, its commands and descriptions, how it gets its updates."""

import re
from typing import Any

from aiogram import methods as m

from sandbox.telegram.api import Api, method
from sandbox.telegram.errors import POLLING_ENDED_BY_WEBHOOK, bad_request
from sandbox.telegram.requests import Call
from sandbox.telegram.updates import Bot, allow, drop_pending, end_poll, poll
from sandbox.telegram.views import user_json
from sandbox.telegram.webhook import Webhook
from sandbox.world import Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]*")
MOST_COMMANDS = 100


@method(m.GetMe)
async def get_me(_api: Api, bot: Bot, _method: m.GetMe, _call: Call) -> Json:
    return user_json(bot.user) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


@method(m.LogOut)
async def log_out(_api: Api, bot: Bot, _method: m.LogOut, _call: Call) -> bool:
    drop_pending(bot)
    return True


@method(m.Close)
async def close(_api: Api, _bot: Bot, _method: m.Close, _call: Call) -> bool:
    return True


@method(m.GetUpdates)
async def get_updates(_api: Api, bot: Bot, method: m.GetUpdates, _call: Call) -> list[Json]:
    allow(bot, method.allowed_updates)
    return await poll(bot, method.offset or 0, method.limit or 100, method.timeout or 0)


@method(m.SetWebhook)
async def set_webhook(api: Api, bot: Bot, method: m.SetWebhook, _call: Call) -> bool:
    """Unlike Telegram it takes http addresses and every port: the bot runs on this machine."""
    if not method.url:
        return _remove_webhook(bot, bool(method.drop_pending_updates))
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", method.url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = method.secret_token or ""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = max(1, min(method.max_connections or 40, 100))
    allow(bot, method.allowed_updates)
    if method.drop_pending_updates:
        drop_pending(bot)
    if bot.webhook is not None and bot.webhook.same(method.url, secret, connections):
        return True
    if bot.webhook is not None:
        bot.webhook.stop()
    if api.http is None or api.execute is None:
        raise RuntimeError("the simulated Telegram has not been started")
    end_poll(bot, POLLING_ENDED_BY_WEBHOOK)
    bot.webhook = Webhook(
        bot,
        method.url,
        secret,
        connections,
        tasks=api.world.tasks,
        http=api.http,
        settings=api.world.settings,
        execute=api.execute,
    )
    return True


def _remove_webhook(bot: Bot, drop: bool) -> bool:
    if bot.webhook is not None:
        bot.webhook.stop()
        bot.webhook = None
    if drop:
        drop_pending(bot)
    return True


@method(m.DeleteWebhook)
async def delete_webhook(_api: Api, bot: Bot, method: m.DeleteWebhook, _call: Call) -> bool:
    return _remove_webhook(bot, bool(method.drop_pending_updates))


@method(m.GetWebhookInfo)
async def get_webhook_info(_api: Api, bot: Bot, _method: m.GetWebhookInfo, _call: Call) -> Json:
    if bot.webhook is not None:
        return bot.webhook.info()
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(bot.queue)}


def _scope_key(scope: Any, language: str | None) -> str:
    body = scope.model_dump(mode="json", exclude_none=True) if scope else {"type": "default"}
    where = ":".join(str(body[key]) for key in ("type", "chat_id", "user_id") if key in body)
    return f"commands:{where}:{language or ''}"


@method(m.SetMyCommands)
async def set_my_commands(api: Api, bot: Bot, method: m.SetMyCommands, _call: Call) -> bool:
    if len(method.commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in method.commands:
        if not COMMAND.fullmatch(command.command.removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description.strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    rows = [{"command": c.command.removeprefix("/"), "description": c.description.strip()} for c in method.commands]
    bot.settings[_scope_key(method.scope, method.language_code)] = rows
    api.state.changes.note()
    return True


@method(m.GetMyCommands)
async def get_my_commands(_api: Api, bot: Bot, method: m.GetMyCommands, _call: Call) -> list[Json]:
    rows: list[Json] = bot.settings.get(_scope_key(method.scope, method.language_code), [])
    return rows


@method(m.DeleteMyCommands)
async def delete_my_commands(api: Api, bot: Bot, method: m.DeleteMyCommands, _call: Call) -> bool:
    bot.settings.pop(_scope_key(method.scope, method.language_code), None)
    api.state.changes.note()
    return True


def _text_setting(bot: Bot, name: str, value: str | None, language: str | None, limit: int) -> bool:
    text = (value or "").strip()
    if len(text) > limit:
        raise bad_request(f"{name.upper()}_INVALID")
    bot.settings[f"{name}:{language or ''}"] = text
    return True


@method(m.SetMyName)
async def set_my_name(api: Api, bot: Bot, method: m.SetMyName, _call: Call) -> bool:
    _text_setting(bot, "name", method.name, method.language_code, 64)
    if method.name and not method.language_code:
        bot.user.first_name = method.name.strip()
        api.state.changes.note()
    return True


@method(m.GetMyName)
async def get_my_name(_api: Api, bot: Bot, method: m.GetMyName, _call: Call) -> Json:
    language = method.language_code or ""
    return {"name": bot.settings.get(f"name:{language}") or bot.user.first_name}


@method(m.SetMyDescription)
async def set_my_description(_api: Api, bot: Bot, method: m.SetMyDescription, _call: Call) -> bool:
    return _text_setting(bot, "description", method.description, method.language_code, 512)


@method(m.GetMyDescription)
async def get_my_description(_api: Api, bot: Bot, method: m.GetMyDescription, _call: Call) -> Json:
    return {"description": bot.settings.get(f"description:{method.language_code or ''}", "")}


@method(m.SetMyShortDescription)
async def set_my_short_description(_api: Api, bot: Bot, method: m.SetMyShortDescription, _call: Call) -> bool:
    return _text_setting(bot, "about", method.short_description, method.language_code, 120)


@method(m.GetMyShortDescription)
async def get_my_short_description(_api: Api, bot: Bot, method: m.GetMyShortDescription, _call: Call) -> Json:
    return {"short_description": bot.settings.get(f"about:{method.language_code or ''}", "")}


@method(m.SetChatMenuButton)
async def set_chat_menu_button(api: Api, bot: Bot, method: m.SetChatMenuButton, _call: Call) -> bool:
    if method.chat_id:
        api.chat(method.chat_id)
    button = method.menu_button
    body: Json = button.model_dump(mode="json", exclude_none=True) if button else {"type": "default"}
    if body["type"] == "web_app" and not str(body["web_app"]["url"]).startswith("https://"):
        raise bad_request("menu button Web App URL is invalid: Only HTTPS links are allowed")
    bot.settings[f"menu:{method.chat_id or ''}"] = body
    return True


@method(m.GetChatMenuButton)
async def get_chat_menu_button(_api: Api, bot: Bot, method: m.GetChatMenuButton, _call: Call) -> Json:
    default = bot.settings.get("menu:", {"type": "commands"})
    body: Json = bot.settings.get(f"menu:{method.chat_id or ''}", default)
    return body
