"""Settings from the environment and `.env`; what is malformed or unknown stops the start with one line naming it."""

import base64
import binascii
import difflib
import re
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import (
    SettingsError as SourceError,
)

from infra.errors import ConfigError

DEMO_ADMIN_CHAT = -1001000000001
DEMO_BOT_TOKEN = "7000000001:demo-bot-of-the-simulated-world-00000"  # noqa: S105  # opens nothing but the sandbox

TOGETHER = (
    ("yookassa_shop_id", "yookassa_secret_key"),
    ("yookassa_secret_key", "yookassa_shop_id"),
    ("google_credentials_file", "google_calendar_id"),
    ("google_calendar_id", "google_credentials_file"),
    ("smtp_url", "mail_from"),
)
"""The first makes no sense without the second."""


class SettingsError(ConfigError):
    """The text is the one line to print; it names the setting and never shows a secret's value."""


class Settings(BaseSettings):
    """One attribute a setting, named as in the environment but in lower case; `.env.example` documents each."""

    model_config = SettingsConfigDict(extra="forbid", case_sensitive=False, env_ignore_empty=True)

    demo: bool = False

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_proxy: SecretStr | None = None
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    admin_chat_id: int | None = None

    public_url: str | None = None
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    metrics_port: int = Field(0, ge=0, le=65535)
    cors_origins: Annotated[list[str], NoDecode] = []
    trusted_proxies: Annotated[list[str], NoDecode] = []

    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    data_dir: Path = Path(".data")

    openai_api_key: SecretStr | None = None
    openai_base_url: str = "https://api.openai.com/v1"
    openai_model: str = "gpt-6-luna"
    openai_embedding_model: str = "text-embedding-3-small"
    openai_transcription_model: str = "gpt-4o-mini-transcribe"
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str = "https://api.anthropic.com"
    anthropic_model: str = "claude-haiku-5-5"
    llm_proxy: SecretStr | None = None
    llm_first_token: float = Field(6.0, gt=0, le=20)
    llm_first_vendor: float = Field(12.0, gt=0, le=20)
    llm_day_budget: float = Field(10.0, ge=0)
    llm_talk_budget: float = Field(0.5, ge=0)
    llm_rerank: bool = False
    answer_cache: bool = True
    read_voice: bool = True
    read_photos: bool = True
    kb_sync_minutes: int = Field(60, ge=0, le=10_080)

    yookassa_shop_id: str | None = None
    yookassa_secret_key: SecretStr | None = None
    yookassa_api_url: str = "https://api.yookassa.ru/v3"
    yookassa_webhook_secret: SecretStr | None = None
    google_credentials_file: Path | None = None
    google_calendar_id: str | None = None
    google_subject: str | None = None
    google_api_url: str = "https://www.googleapis.com"
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    manager_emails: Annotated[list[str], NoDecode] = []

    encryption_keys: SecretStr | None = None
    jwt_secret: SecretStr | None = None

    sentry_dsn: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    company_file: Path = Path("kb/company.yaml")
    pricing_file: Path = Path("kb/pricing.yaml")

    telegram_rate: float = Field(30.0, gt=0, le=1000)
    site_limits: bool = True

    content_dir: Path = Path("kb/content")

    sandbox_url: str | None = None
    sandbox_port: int = Field(8090, ge=0, le=65535)
    worker_slots: int = Field(200, ge=1, le=2000)
    database_pool: int = Field(12, ge=2, le=100)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = getattr(dotenv_settings, "env_file", None)
        demo_by_default = InitSettingsSource(settings_cls, {"demo": not (file and Path(str(file)).is_file())})
        return init_settings, env_settings, dotenv_settings, demo_by_default

    @field_validator("cors_origins", "trusted_proxies", "manager_emails", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
                raise ValueError(f"{origin!r} is not an origin such as https://example.com")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for address in value:
            try:
                ip_network(address, strict=False)
            except ValueError:
                raise ValueError(f"{address!r} is not an address or a network such as 10.0.0.0/8") from None
        return value

    @field_validator(
        *("telegram_api_url", "public_url", "sandbox_url", "openai_base_url", "anthropic_base_url"),
        *("yookassa_api_url", "google_api_url"),
    )
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        _address(value, ("http", "https"))
        return value.rstrip("/")

    @field_validator("telegram_proxy", "llm_proxy")
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        return _secret_address(value, ("http", "https"))

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("must be 1 to 256 letters A-Z a-z, digits, _ and -, as Telegram asks")
        return value

    @field_validator("yookassa_shop_id")
    @classmethod
    def _shop(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\d{1,20}", value):
            raise ValueError("must be the number of the shop, as its cabinet shows it")
        return value

    @field_validator("yookassa_secret_key")
    @classmethod
    def _shop_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[!-~]{1,256}", value.get_secret_value()):
            raise ValueError("must be the key as the cabinet shows it, without spaces")
        return value

    @field_validator("yookassa_webhook_secret")
    @classmethod
    def _path_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("must be 16 to 256 letters A-Z a-z, digits, _ and -: it stands in an address")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        return _secret_address(value, ("smtp", "smtps"))

    @field_validator("mail_from", "google_subject")
    @classmethod
    def _one_mailbox(cls, value: str | None) -> str | None:
        if value is not None and not _is_mailbox(parseaddr(value)[1]):
            raise ValueError("must be an address such as bot@example.ru or Студия <bot@example.ru>")
        return value

    @field_validator("manager_emails")
    @classmethod
    def _mailboxes(cls, value: list[str]) -> list[str]:
        for number, address in enumerate(value, start=1):
            if not _is_mailbox(address):
                raise ValueError(f"entry {number} is not an e-mail address")
        return value

    @field_validator("sentry_dsn")
    @classmethod
    def _sentry(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = _address(value.get_secret_value(), ("http", "https"))
            if not parts.username or not parts.path.rpartition("/")[2].isdigit():
                raise ValueError("must look like https://key@host/number, as Sentry gives it")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            left, _, right = value.get_secret_value().partition(":")
            if not left.isdigit() or not right or any(c.isspace() for c in right):
                raise ValueError("must look like 123456789:AA…, as BotFather gives it")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        return _secret_address(value, ("postgresql", "postgres"), host=False)

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = _address(value.get_secret_value(), ("redis", "rediss", "unix"), host=False)
            if parts.scheme != "unix" and parts.path not in ("", "/") and not parts.path[1:].isdigit():
                raise ValueError("must end with the number of a database, such as /0")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_encryption_keys(value.get_secret_value())
        return value

    @field_validator("jwt_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("must be at least 32 characters long")
        return value

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        if not self.demo:
            missing = [name for name in ("encryption_keys", "jwt_secret") if getattr(self, name) is None]
            if missing:
                raise ValueError(f"{' and '.join(m.upper() for m in missing)} must be set outside the demo mode")
        if self.telegram_mode == "webhook" and self.telegram_token:
            if not self.public_url:
                raise ValueError("PUBLIC_URL must be set when TELEGRAM_MODE=webhook")
            if not self.telegram_webhook_secret and not self.demo:
                raise ValueError("TELEGRAM_WEBHOOK_SECRET must be set when TELEGRAM_MODE=webhook")
        for one, other in TOGETHER:
            if getattr(self, one) is not None and getattr(self, other) is None:
                raise ValueError(f"{other.upper()} must be set with {one.upper()}")
        return self


def _address(value: str, allowed: tuple[str, ...], *, host: bool = True) -> SplitResult:
    """The parts of an address; ValueError, which never repeats the address: there may be a password in it."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address: its host or port is malformed") from None
    if parts.scheme not in allowed or (host and not parts.hostname):
        kinds = " or ".join(f"{scheme}://" for scheme in allowed[:2])
        raise ValueError(f"must be an address that begins with {kinds}")
    return parts


def _is_mailbox(address: str) -> bool:
    return bool(re.fullmatch(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;]+|[^@\s<>,;]{1,64}@localhost", address))


def _secret_address(value: SecretStr | None, allowed: tuple[str, ...], *, host: bool = True) -> SecretStr | None:
    if value is not None:
        _address(value.get_secret_value(), allowed, host=host)
    return value


def parse_encryption_keys(text: str) -> list[tuple[str, bytes]]:
    """`id:base64key,…`, newest first → [(id, 32 bytes)]; ValueError says which entry is wrong, without its value."""
    keys: list[tuple[str, bytes]] = []
    for number, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        name, colon, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not colon or not name or len(key) != 32:
            raise ValueError(f"entry {number} must be id:key, the key 32 bytes in base64")
        keys.append((name, key))
    if not keys:
        raise ValueError("at least one key is needed")
    if len({name for name, _ in keys}) != len(keys):
        raise ValueError("key ids repeat")
    return keys


def load_settings(env_file: str | Path | None = ".env") -> Settings:
    """Settings in force; SettingsError with one printable line when something is malformed or unknown.

    Without an `env_file` the demo mode is on, unless DEMO says otherwise.
    """
    try:
        return Settings(_env_file=env_file)
    except SourceError as error:
        raise SettingsError(str(error)) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file}: is not a text file in UTF-8") from None
    except ValidationError as error:
        raise SettingsError(_one_line(error, env_file)) from None


def _one_line(error: ValidationError, env_file: str | Path | None) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]).upper() if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, [field.upper() for field in Settings.model_fields], n=1)
        return f"{env_file}: {name} is not a known setting" + (f"; did you mean {close[0]}?" if close else "")
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def misspelled(environ: Mapping[str, str]) -> list[str]:
    """One line for each variable of the environment that looks like a misspelling of one of ours."""
    known = {name.upper() for name in Settings.model_fields}
    lines = []
    for name in environ:
        upper = name.upper()
        if upper in known or len(upper) < 6:
            continue
        close = difflib.get_close_matches(upper, known, n=1, cutoff=0.88)
        if close:
            lines.append(f"{name} is set in the environment; did you mean {close[0]}?")
    return lines
