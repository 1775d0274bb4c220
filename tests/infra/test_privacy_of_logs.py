"""What leaves the process to be read by others carries nothing personal."""

import json
from typing import Any

import structlog

from infra import logging, sentry


def test_logs_hide_contacts_tokens_and_what_was_said(capsys: Any) -> None:
    logging.configure("INFO", "json")
    try:
        log = structlog.get_logger("test")
        log.info(
            "event",
            detail="пишите на anna@example.ru, +7 912 345-67-89, токен 123456789:AAabcdefghijklmnopqrstuvwxyz0123456",
            text="секретное сообщение",
            phone="+79123456789",
            url="postgresql://user:password@host/db",
        )
        try:
            raise ValueError("Мария Петрова, +79123456789")
        except ValueError as error:
            log.error("failed", exc_info=error)
        lines = capsys.readouterr().err.strip().splitlines()
    finally:
        logging.configure("WARNING", "json")
    written = "\n".join(lines)
    for secret in ("anna@", "912", "AAabc", "секретное", "password", "Петрова"):
        assert secret not in written
    failed = json.loads(lines[-1])
    assert failed["exception"].startswith("ValueError at")
    assert "test_privacy_of_logs.py" in failed["exception"]


def test_error_reports_keep_the_kind_and_the_place_only() -> None:
    event = {
        "event_id": "1",
        "message": "привет",
        "request": {"data": "тело"},
        "user": {"id": 7},
        "breadcrumbs": {"values": [{"message": "a@b.ru"}]},
        "extra": {"payload": "x"},
        "contexts": {"runtime": {"name": "CPython"}, "state": {"text": "личное"}},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "Мария, +79123456789",
                    "stacktrace": {
                        "frames": [
                            {"function": "handle", "lineno": 3, "vars": {"text": "личное"}, "context_line": "личное"}
                        ]
                    },
                }
            ]
        },
    }
    cleaned = json.dumps(sentry.clean(event, {}), ensure_ascii=False)
    for secret in ("привет", "тело", "a@b.ru", "личное", "Мария", "912", "payload"):
        assert secret not in cleaned
    assert "ValueError" in cleaned
    assert "handle" in cleaned
