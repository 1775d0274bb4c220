"""The composition root: the only place that constructs the parts and wires them together."""

from __future__ import annotations

import asyncio
import functools
import gc
import os
import time
from typing import Literal

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import SendMessage
from aiogram.methods.base import Response
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, Message, Update
from aiohttp import web

from adapters.channel import SITE_ACCOUNT, Channel
from adapters.site import parse as site_parse
from adapters.site.eventlog import EventLog
from adapters.site.events import Events, StreamLimits
from adapters.site.files import Files
from adapters.site.origins import Origins
from adapters.site.pages import add_pages
from adapters.site.routes import Limits, Sales, SiteRoutes
from adapters.site.session import SiteSession
from adapters.site.tokens import DocumentLinks, VisitorTokens
from adapters.telegram import parse as telegram_parse
from adapters.telegram.routes import TelegramIntake, webhook
from adapters.telegram.session import TelegramSession
from bot import desk, handlers, scenes
from bot.assistant.context import quotable
from bot.assistant.senses import Senses
from bot.assistant.setup import build_assistant
from bot.company import load_company
from bot.held import GiveUp
from bot.inbox import Intake
from bot.jobs import Jobs
from bot.journal import Journal
from bot.keys import Keys
from bot.knowledge_sync import KnowledgeSync
from bot.position import PositionStorage
from bot.sales.leads import Leads
from bot.sales.price_list import load_price_list
from bot.sales.web import SitePrices
from bot.services import Services, vocabulary_of
from bot.texts import load_texts
from bot.understand.intents import warm_up
from bot.worker import Worker
from infra import metrics
from infra.cache import Cache
from infra.clock import Clock
from infra.crypto import CryptoError, Keyring, MasterKeyMissing
from infra.database import Database, database_away
from infra.errors import ConfigError, VendorDown
from infra.health import Health
from infra.http import BODY_LIMIT, add_headers, policy
from infra.leader import lead
from infra.migrate import migrate
from infra.runtime import Servers, load_secrets
from infra.sandbox_clock import follow
from infra.settings import Settings
from infra.tasks import Tasks
from kb.embed import embedder_of
from kb.search import Searcher
from kb.split import SEPARATOR
from kb.sync import sync_folder

log = structlog.get_logger(__name__)

Role = Literal["all", "web", "worker"]
RETRY_START = 2.0
QUEUE_EVERY = 5.0
READ_AHEAD = 400
"""Passages that are read for the guard at the start."""


class App:
    """One process of the assistant. `start` returns when it answers; `stop` finishes what it holds."""

    def __init__(self, settings: Settings, servers: Servers, *, role: Role = "all") -> None:
        self.settings = settings
        self.role = role
        self._servers = servers
        self._tasks = Tasks()
        self._runner: web.AppRunner | None = None
        self.clock = Clock()
        self.health = Health()
        self.port = settings.http_port
        self._built = False

    async def start(self) -> None:
        """Build everything, listen, then wait for the database as long as it takes. ConfigError says what is wrong."""
        await self._build()
        self._built = True
        if self.role != "worker" or self.settings.metrics_port:
            await self._listen()
        await self._until_database()
        self._begin()
        gc.collect()
        gc.freeze()  # what the start has built lives as long as the process: no later collection walks it

    async def _build(self) -> None:
        settings = self.settings
        ring, jwt_secret = load_secrets(settings)
        try:
            company = load_company(settings.company_file)
            price_list = load_price_list(settings.pricing_file)
        except ConfigError as error:
            raise ConfigError("; ".join(str(error).splitlines())) from error  # a start that fails says so in one line
        self.db = await Database.open(self._servers.database_url, pool_size=settings.database_pool)
        self.cache = Cache(self._servers.redis_url)
        self.keys = Keys(self.db, ring)
        self.intake = Intake(self.db, self.keys)
        self.storage = PositionStorage(self.db, self.cache, self.keys)
        self.journal = Journal(self.db, transactional=frozenset({SITE_ACCOUNT}), secret=ring.derive("journal"))
        self.channels: dict[int, Channel] = {}
        prices = SitePrices(price_list, self.clock, company.calendar.zone)
        self._connect_site(ring, jwt_secret, prices)
        self.telegram = self._connect_telegram(ring.derive("pace"))
        self.jobs = Jobs(self.db, self.clock, self.journal)
        self.embedder = embedder_of(settings)
        self.services = Services(
            settings=settings,
            clock=self.clock,
            db=self.db,
            cache=self.cache,
            keys=self.keys,
            storage=self.storage,
            jobs=self.jobs,
            leads=Leads(self.db, self.clock, ring),
            company=company,
            price_list=price_list,
            searcher=Searcher(self.db, embedder=self.embedder),
            vocabulary=vocabulary_of(price_list),
            texts=load_texts(),
            channels=self.channels,
            senses=Senses(settings),
        )
        self.assistant = self.services.assistant = build_assistant(self.services)
        if self.assistant is not None:
            self.services.senses.meter = self.assistant.meter
        self.dispatcher = self._dispatcher()
        scenes.register(self.jobs, self.services)
        desk.register(self.jobs, self.services)
        self.knowledge = KnowledgeSync(self.services)
        self.worker = Worker(
            self.db,
            self.keys,
            self.dispatcher,
            self.channels,
            self.journal,
            self.storage,
            slots=settings.worker_slots,
            give_up=GiveUp(self.services),
        )

    def _connect_site(self, ring: Keyring, jwt_secret: bytes, prices: SitePrices) -> None:
        settings, secret = self.settings, ring.derive("site")
        links = DocumentLinks(ring.derive("documents"), self.clock, settings.public_url)
        event_log = EventLog(self.db, self.keys.get, links)
        files = Files(self.db, self.keys.get)
        key_of = functools.partial(self.intake.key_of, SITE_ACCOUNT)
        session = SiteSession(self.db, self.cache, self.clock, event_log, files, key_of, secret)
        session.middleware(self.journal)
        bot = Bot(f"{SITE_ACCOUNT}:site", session=session, default=_defaults())
        self._add(Channel("site", SITE_ACCOUNT, "site", bot, site_parse.parse, transactional=True))
        streams = StreamLimits() if settings.site_limits else StreamLimits(per_visitor=100, per_address=100_000)
        self.events = Events(self.db, self.cache, event_log, self.keys.get, secret, limits=streams)
        self.site = SiteRoutes(
            accept=self.intake.accept,
            sales=Sales(prices.price_list, prices.quote),
            events=self.events,
            log=event_log,
            files=files,
            tokens=VisitorTokens(jwt_secret, self.clock),
            links=links,
            origins=Origins(settings.cors_origins, settings.public_url),
            cache=self.cache,
            clock=self.clock,
            secret=secret,
            limits=Limits() if settings.site_limits else Limits(None, None, None, None, None),
            trusted_proxies=settings.trusted_proxies,
        )

    def _connect_telegram(self, secret: bytes) -> TelegramIntake | None:
        settings = self.settings
        if settings.telegram_token is None:
            return None
        proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
        session = TelegramSession(
            settings.telegram_api_url, self.cache, secret, proxy=proxy, rate=settings.telegram_rate
        )
        session.middleware(self.journal)
        bot = Bot(settings.telegram_token.get_secret_value(), session=session, default=_defaults())
        self._add(Channel("telegram", bot.id, str(bot.id), bot, telegram_parse.parse))
        return TelegramIntake(bot, settings.telegram_api_url, self.intake.accept, self.intake.hold, proxy=proxy)

    def _add(self, channel: Channel) -> None:
        self.channels[channel.account_id] = channel
        metrics.name_account(channel.account_id, channel.name)

    def _dispatcher(self) -> Dispatcher:
        dispatcher = Dispatcher(storage=self.storage, services=self.services)
        if self.settings.admin_chat_id is not None:
            desk.setup(dispatcher, self.settings.admin_chat_id)
        scenes.setup(dispatcher)
        handlers.setup(dispatcher)
        return dispatcher

    async def _listen(self) -> None:
        """The whole HTTP surface; for a worker only its state and its metrics, on a port of their own."""
        app = web.Application(middlewares=[policy], client_max_size=BODY_LIMIT)
        add_headers(app)
        self.health.watch("postgresql", self._database_up, needed=True)
        self.health.watch("redis", self.cache.ping, needed=False)
        app.add_routes(self.health.routes())
        name, port = "HTTP_PORT", self.settings.http_port
        if self.role == "worker":
            name, port = "METRICS_PORT", self.settings.metrics_port
        else:
            self._add_site(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
        await self._runner.setup()
        host = self.settings.http_host
        try:
            await web.TCPSite(self._runner, host, port, reuse_address=True).start()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            raise ConfigError(f"{name} {port}: cannot listen on {host}:{port}: {reason}") from error
        self.port = self._runner.addresses[0][1]

    def _add_site(self, app: web.Application) -> None:
        self.site.add_to(app)
        add_pages(app, self.services.company.name, self.settings.sandbox_url)
        secret = self.settings.telegram_webhook_secret
        if self.telegram is not None and secret is not None:
            app.add_routes([webhook(self.telegram, secret.get_secret_value(), self.health.require_ready)])

    async def _until_database(self) -> None:
        """All that the start reads and writes there; it may go away at any point of it."""
        while True:
            try:
                await migrate(self._servers.database_url)
                await self.keys.start()
                await self._prepare()
                return
            except (CryptoError, MasterKeyMissing) as error:
                raise ConfigError(f"ENCRYPTION_KEYS: {error}") from error
            except Exception as error:
                if not isinstance(error, VendorDown) and not database_away(error):
                    raise
                log.warning("start.database_away", error=type(error).__name__)
                await asyncio.sleep(RETRY_START)

    async def _prepare(self) -> None:
        for channel in self.channels.values():
            await self.db.pool.execute(
                "INSERT INTO account (id, channel, external_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                channel.account_id,
                channel.name,
                channel.external_id,
            )
        if self.role != "web":
            await sync_folder(self.db, self.settings.content_dir)
            await desk.upsert_managers(self.services)
            await asyncio.gather(self.services.searcher.refresh(), asyncio.to_thread(warm_up))
            if self.assistant is not None:
                await asyncio.to_thread(self.assistant.warm_up)
            warm_models()

    async def _read_ahead(self) -> None:
        """What the first answers will be checked against; only as much as the guard remembers."""
        if self.assistant is None:
            return
        rows = await self.db.pool.fetch("SELECT heading, text FROM kb_chunk ORDER BY id LIMIT $1", READ_AHEAD)
        await self.assistant.read_ahead(quotable(SEPARATOR.join(row["heading"]), row["text"]) for row in rows)

    def _begin(self) -> None:
        if self.settings.sandbox_url:
            self._tasks.keep("clock", lambda: follow(self.clock, self.settings.sandbox_url or ""))
        if self.role != "web":
            self.worker.start()
            self.jobs.start()
            self._tasks.keep("queue", self._measure_queue)
            self._tasks.start("assistant.read_ahead", self._read_ahead())
            self._tasks.keep("kb", self.knowledge.duty)
        if self.role != "worker":
            self.events.start()
            if self.telegram is not None:
                self._tasks.keep("telegram", self._telegram_duty)
        self.health.ready = True

    async def _telegram_duty(self) -> None:
        await lead(self.db, "telegram", self._telegram_leader)

    async def _telegram_leader(self) -> None:
        telegram, settings = self.telegram, self.settings
        if telegram is None:
            return
        setup = asyncio.ensure_future(self._describe_bot(telegram.bot))
        try:
            secret = settings.telegram_webhook_secret
            if settings.telegram_mode == "webhook" and secret is not None and settings.public_url:
                await telegram.keep_webhook(f"{settings.public_url}/telegram/webhook", secret.get_secret_value())
            else:
                await telegram.poll_forever()
        finally:
            setup.cancel()

    async def _describe_bot(self, bot: Bot) -> None:
        commands = [BotCommand(command=name, description=text) for name, text in handlers.COMMANDS]
        for pause in (2, 10, 60, 300, 0):
            try:
                await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats())
                return
            except TelegramAPIError as error:
                log.warning("telegram.commands_failed", error=type(error).__name__)
            await asyncio.sleep(pause)

    async def _measure_queue(self) -> None:
        await self.worker.measure_queue()
        await asyncio.sleep(QUEUE_EVERY)

    async def _database_up(self) -> bool:
        return bool(await self.db.pool.fetchval("SELECT 1", timeout=2))

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand (30 s at most), close everything. After a failed start, too."""
        self.health.ready = False
        if not self._built:
            return
        started = time.monotonic()
        self.events.stop()
        ending = [self._runner.cleanup()] if self._runner is not None else []
        if self.role != "web":
            ending += [self.worker.stop(), self.jobs.stop()]
        await asyncio.gather(*ending)
        await self._tasks.close()
        await self.knowledge.close()
        await self.events.close()
        if self.assistant is not None:
            await self.assistant.close()
        if self.embedder is not None:
            await self.embedder.close()
        await self.services.senses.close()
        for channel in self.channels.values():
            await channel.bot.session.close()
        await self.cache.close()
        await self.db.close()
        log.info("stopped", seconds=round(time.monotonic() - started, 1))


def warm_models() -> None:
    """Build the models of the first update and the first answer now, not while the first client waits (0.5 s)."""
    person = {"id": 1, "is_bot": False, "first_name": "-"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": person, "text": "-"}
    Update.model_validate({"update_id": 1, "message": message})
    Response[Message].model_validate({"ok": True, "result": message})
    SendMessage(chat_id=1, text="-")


def _defaults() -> DefaultBotProperties:
    return DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
