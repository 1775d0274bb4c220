"""Settings: what is wrong stops the start with one line that names it and never shows a secret."""

import base64
import os
import re
from pathlib import Path

import pytest

from infra.settings import Settings, SettingsError, load_settings, misspelled, parse_encryption_keys

KEY = base64.b64encode(bytes(range(32))).decode()
REQUIRED = f"ENCRYPTION_KEYS=a:{KEY}\nJWT_SECRET={'s' * 40}\n"
EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)


def load(folder: Path, text: str, *, required: bool = True) -> Settings:
    file = folder / ".env"
    file.write_text((REQUIRED if required else "") + text, encoding="utf-8")
    return load_settings(file)


def refusal(folder: Path, text: str, *, required: bool = True) -> str:
    with pytest.raises(SettingsError) as caught:
        load(folder, text, required=required)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_no_env_file_means_the_demo(tmp_path: Path) -> None:
    assert load_settings(tmp_path / ".env").demo
    assert not load(tmp_path, "").demo


def test_demo_by_hand_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(tmp_path, "DEMO=1\n", required=False).demo
    monkeypatch.setenv("DEMO", "0")
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS and JWT_SECRET must be set outside the demo mode"):
        load_settings(tmp_path / "nothing")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "9090")
    assert load(tmp_path, "HTTP_PORT=8081\n").http_port == 9090


def test_an_unknown_name_is_named_with_a_suggestion(tmp_path: Path) -> None:
    line = refusal(tmp_path, "TELEGRAM_TOKN=1:aaaa\n")
    assert "TELEGRAM_TOKN is not a known setting" in line
    assert "did you mean TELEGRAM_TOKEN?" in line


def test_a_name_like_no_other_gets_no_suggestion(tmp_path: Path) -> None:
    line = refusal(tmp_path, "WEATHER=fine\n")
    assert line.endswith("WEATHER is not a known setting")


def test_other_programs_variables_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEATHER", "fine")
    assert load(tmp_path, "").http_port == 8080


BAD = [
    ("DEMO", "perhaps"),
    ("HTTP_PORT", "http"),
    ("HTTP_PORT", "70000"),
    ("SANDBOX_PORT", "-1"),
    ("ADMIN_CHAT_ID", "managers"),
    ("TELEGRAM_MODE", "pigeon"),
    ("TELEGRAM_TOKEN", "secret-without-colon"),
    ("TELEGRAM_TOKEN", "12x:secret"),
    ("TELEGRAM_API_URL", "api.telegram.org"),
    ("TELEGRAM_PROXY", "secret:1080"),
    ("TELEGRAM_PROXY", "socks5://secret:secret@host:1080"),
    ("TELEGRAM_RATE", "0"),
    ("TELEGRAM_WEBHOOK_SECRET", "секрет secret"),
    ("PUBLIC_URL", "ftp://example.ru"),
    ("PUBLIC_URL", "https://[secret"),
    ("SANDBOX_URL", "localhost"),
    ("CORS_ORIGINS", "https://example.ru/path"),
    ("TRUSTED_PROXIES", "127.0.0.1,nginx"),
    ("DATABASE_URL", "mysql://secret:secret@host/db"),
    ("DATABASE_URL", "postgresql://user:secret@host:port/db"),
    ("DATABASE_URL", "postgresql://user:secret@[host/db"),
    ("REDIS_URL", "secret:6379"),
    ("REDIS_URL", "redis://:secret@host:port/0"),
    ("REDIS_URL", "redis://:secret@host:6379/first"),
    ("DATABASE_POOL", "1"),
    ("WORKER_SLOTS", "many"),
    ("SENTRY_DSN", "secret"),
    ("YOOKASSA_SHOP_ID", "shop"),
    ("YOOKASSA_SECRET_KEY", "a secret with spaces"),
    ("YOOKASSA_API_URL", "api.yookassa.ru"),
    ("YOOKASSA_WEBHOOK_SECRET", "short-secret"),
    ("GOOGLE_API_URL", "googleapis"),
    ("GOOGLE_SUBJECT", "nobody"),
    ("SMTP_URL", "https://secret:secret@host"),
    ("SMTP_URL", "smtp://user:secret@host:port"),
    ("MAIL_FROM", "Студия"),
    ("MANAGER_EMAILS", "anna@example.ru,secret"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("ENCRYPTION_KEYS", "secret"),
    ("ENCRYPTION_KEYS", "a:c2VjcmV0"),
    ("ENCRYPTION_KEYS", f"a:{KEY},a:{KEY}"),
    ("ENCRYPTION_KEYS", ","),
    ("JWT_SECRET", "secret-too-short"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}={value[:24]}" for name, value in BAD])
def test_a_malformed_value_names_the_setting_and_hides_the_secret(tmp_path: Path, name: str, value: str) -> None:
    line = refusal(tmp_path, f"{name}={value}\n")
    assert line.startswith(f"{name}: ")
    assert "secret" not in line.lower().removeprefix(name.lower())
    assert "c2VjcmV0" not in line
    assert KEY not in line


def test_secrets_are_required_outside_the_demo(tmp_path: Path) -> None:
    assert "JWT_SECRET must be set" in refusal(tmp_path, f"ENCRYPTION_KEYS=a:{KEY}\n", required=False)
    assert "ENCRYPTION_KEYS must be set" in refusal(tmp_path, f"JWT_SECRET={'s' * 40}\n", required=False)


def test_a_webhook_needs_its_address_and_secret(tmp_path: Path) -> None:
    text = "TELEGRAM_MODE=webhook\nTELEGRAM_TOKEN=123456:abcdef\n"
    assert "PUBLIC_URL must be set" in refusal(tmp_path, text)
    assert "TELEGRAM_WEBHOOK_SECRET must be set" in refusal(tmp_path, text + "PUBLIC_URL=https://example.ru\n")
    whole = text + "PUBLIC_URL=https://example.ru/\nTELEGRAM_WEBHOOK_SECRET=abc_DEF-1\n"
    assert load(tmp_path, whole).public_url == "https://example.ru"


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("YOOKASSA_SHOP_ID=1", "YOOKASSA_SECRET_KEY"),
        ("YOOKASSA_SECRET_KEY=test_hidden", "YOOKASSA_SHOP_ID"),
        ("GOOGLE_CALENDAR_ID=a@b", "GOOGLE_CREDENTIALS_FILE"),
        ("GOOGLE_CREDENTIALS_FILE=key.json", "GOOGLE_CALENDAR_ID"),
        ("SMTP_URL=smtp://u:hidden@h", "MAIL_FROM"),
    ],
)
def test_what_makes_no_sense_alone_names_the_other(tmp_path: Path, line: str, missing: str) -> None:
    told = refusal(tmp_path, line + "\n")
    assert f"{missing} must be set with" in told
    assert "hidden" not in told


def test_lists_are_separated_by_commas(tmp_path: Path) -> None:
    settings = load(tmp_path, "CORS_ORIGINS=https://a.ru, http://b.ru:8080,\nTRUSTED_PROXIES=10.0.0.0/8,::1\n")
    assert settings.cors_origins == ["https://a.ru", "http://b.ru:8080"]
    assert settings.trusted_proxies == ["10.0.0.0/8", "::1"]


def test_an_empty_value_counts_as_none_given(tmp_path: Path) -> None:
    settings = load(tmp_path, "TELEGRAM_TOKEN=\nHTTP_PORT=\nCORS_ORIGINS=\n")
    assert (settings.telegram_token, settings.http_port, settings.cors_origins) == (None, 8080, [])


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"HTTP_PORT=\xff\xfe")
    with pytest.raises(SettingsError, match=re.escape(f"{file}: is not a text file")):
        load_settings(file)


def test_secrets_are_hidden_in_what_settings_look_like(tmp_path: Path) -> None:
    lines = "DATABASE_URL=postgresql://u:hidden@h:5432/d\nTELEGRAM_PROXY=http://u:hidden@h:1\n"
    shown = repr(load(tmp_path, lines + "SENTRY_DSN=https://hidden@h/1\n"))
    assert "hidden" not in shown
    assert KEY not in shown


def test_a_likely_misspelling_in_the_environment_is_warned_about() -> None:
    lines = misspelled({"TELEGRAM_TOKENS": "secret", "PATH": "/bin", "HTTP_PORT": "1", "DATABASE_URI": "secret"})
    assert lines == [
        "TELEGRAM_TOKENS is set in the environment; did you mean TELEGRAM_TOKEN?",
        "DATABASE_URI is set in the environment; did you mean DATABASE_URL?",
    ]


def test_the_example_lists_exactly_the_known_settings() -> None:
    listed = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == {name.upper() for name in Settings.model_fields}


def test_the_newest_key_comes_first() -> None:
    assert [name for name, _ in parse_encryption_keys(f"new:{KEY}, old:{KEY}")] == ["new", "old"]
