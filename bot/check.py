"""`python -m bot check`: one harmless real call to everything that is configured, one line each."""

import sys
from collections.abc import Awaitable, Callable

from infra.errors import AppError
from infra.settings import Settings

Check = Callable[[Settings], Awaitable[str]]


async def check(settings: Settings) -> int:
    """0 when everything configured answers, 1 otherwise."""
    checks: list[tuple[str, Check]] = [("files", _files), ("postgresql", _postgresql), ("redis", _redis)]
    if settings.telegram_token is not None:
        checks.append(("telegram", _telegram))
    if settings.openai_api_key is not None:
        checks.append(("openai", _openai))
    if settings.anthropic_api_key is not None:
        checks.append(("anthropic", _anthropic))
    if settings.yookassa_shop_id is not None:
        checks.append(("yookassa", _yookassa))
    if settings.google_credentials_file is not None:
        checks.append(("google", _google))
    if settings.smtp_url is not None:
        checks.append(("mail", _mail))
    failed = 0
    for name, run in checks:
        try:
            line = f"ok    {name:<11} {await run(settings)}"
        except Exception as error:
            failed += 1
            text = str(error) if isinstance(error, AppError | LookupError) else type(error).__name__
            line = f"FAIL  {name:<11} {text}"
        sys.stdout.write(line + "\n")
    return 1 if failed else 0


async def _files(settings: Settings) -> str:
    from bot.company import load_company
    from bot.sales.price_list import load_price_list

    company, prices = load_company(settings.company_file), load_price_list(settings.pricing_file)
    return f"{company.name}, price list {prices.version}, {len(prices.packages)} packages"


async def _postgresql(settings: Settings) -> str:
    from infra.migrate import current_revision, newest_revision
    from infra.runtime import find_servers

    servers = await find_servers(settings, redis=False)
    try:
        found = await current_revision(servers.database_url)
    finally:
        servers.close()
    if found != newest_revision():
        raise LookupError(f"schema {found or 'missing'}, needs {newest_revision()}: run python -m bot migrate")
    return f"schema {found}"


async def _redis(settings: Settings) -> str:
    from infra.cache import Cache
    from infra.runtime import find_servers

    servers = await find_servers(settings)
    cache = Cache(servers.redis_url)
    try:
        if not await cache.ping():
            raise LookupError("does not answer")
    finally:
        await cache.close()
        servers.close()
    return "answers"


async def _telegram(settings: Settings) -> str:
    from aiohttp import ClientSession, ClientTimeout

    if settings.telegram_token is None:
        raise LookupError("TELEGRAM_TOKEN is not set")
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    base = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}"
    async with ClientSession(timeout=ClientTimeout(total=10)) as session:
        async with session.get(f"{base}/getMe", proxy=proxy) as answer:
            data = await answer.json(content_type=None)
        if not data.get("ok"):
            raise LookupError(f"getMe answers {answer.status}: {data.get('description')}")
        line = f"@{data['result'].get('username')}"
        if settings.admin_chat_id is not None:
            question = {"chat_id": settings.admin_chat_id, "user_id": data["result"]["id"]}
            async with session.get(f"{base}/getChatMember", params=question, proxy=proxy) as answer:
                member = await answer.json(content_type=None)
            status = (member.get("result") or {}).get("status")
            if status not in ("administrator", "creator"):
                raise LookupError(f"{line} must be an administrator of the managers' group ADMIN_CHAT_ID")
            line += ", administrator of the managers' group"
    return line


async def _openai(settings: Settings) -> str:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    wanted = [settings.openai_model, settings.openai_embedding_model]
    if settings.read_voice:
        wanted.append(settings.openai_transcription_model)
    return await _models(settings, f"{settings.openai_base_url}/models", {"Authorization": f"Bearer {key}"}, wanted)


async def _anthropic(settings: Settings) -> str:
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else ""
    headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
    address = f"{settings.anthropic_base_url}/v1/models?limit=1000"
    return await _models(settings, address, headers, [settings.anthropic_model])


async def _models(settings: Settings, address: str, headers: dict[str, str], wanted: list[str]) -> str:
    """Each configured model, with the day on which its vendor switches it off; LookupError when one is not offered."""
    from aiohttp import ClientSession, ClientTimeout

    proxy = settings.llm_proxy.get_secret_value() if settings.llm_proxy else None
    async with (
        ClientSession(timeout=ClientTimeout(total=10)) as session,
        session.get(address, headers=headers, proxy=proxy) as answer,
    ):
        if answer.status != 200:
            raise LookupError(f"the list of models answers {answer.status}")
        listed = (await answer.json(content_type=None)).get("data") or []
    offered = {str(one.get("id")): one for one in listed if isinstance(one, dict)}
    missing = [name for name in wanted if name not in offered]
    if missing:
        raise LookupError(f"does not offer {', '.join(missing)}")
    ends = {name: offered[name].get("shutdown_date") for name in wanted}
    return ", ".join(f"{name} (until {ends[name]})" if ends[name] else name for name in wanted)


async def _yookassa(settings: Settings) -> str:
    from adapters.yookassa.client import YooKassa

    key = settings.yookassa_secret_key.get_secret_value() if settings.yookassa_secret_key else ""
    kassa = YooKassa(settings.yookassa_shop_id or "", key, base=settings.yookassa_api_url)
    try:
        shop = await kassa.shop()
    finally:
        await kassa.close()
    if not shop.enabled:
        raise LookupError(f"shop {shop.id} is switched off")
    kind = "a test shop" if shop.test else "takes real money"
    return f"shop {shop.id}, {kind}, {'receipts are needed' if shop.needs_receipts else 'no receipts'}"


async def _google(settings: Settings) -> str:
    from datetime import UTC, datetime, timedelta

    from adapters.google_calendar import GoogleCalendar
    from adapters.google_tokens import Credentials

    if settings.google_credentials_file is None or settings.google_calendar_id is None:
        raise LookupError("GOOGLE_CALENDAR_ID is not set")
    credentials = Credentials.load(settings.google_credentials_file)
    google = GoogleCalendar(credentials, base=settings.google_api_url, subject=settings.google_subject or "")
    now = datetime.now(UTC)
    try:
        await google.free_busy([settings.google_calendar_id], now, now + timedelta(hours=1))
    finally:
        await google.close()
    return "the calendar can be read, " + ("people can be invited" if google.may_invite else "invitations go by mail")


async def _mail(settings: Settings) -> str:
    from adapters.mail import Mailer, Server

    server = Server.parse(settings.smtp_url.get_secret_value() if settings.smtp_url else "")
    await Mailer(server, settings.mail_from or "", seconds=10).ping()
    how = "encrypted" if server.tls or server.starttls else "not encrypted"
    return f"{server.host}:{server.port} lets us in, {how}"
