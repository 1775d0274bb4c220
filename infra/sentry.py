"""Error reports to Sentry, when configured: types and frames only, nothing that a client wrote."""

from typing import Any

from infra.logging import scrub

KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "exception", "contexts", "sdk")
CONTEXTS = ("runtime", "os", "trace")


def start(dsn: str) -> None:
    """Begin reporting. The package is imported only here: most installations do without."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        default_integrations=True,
        auto_enabling_integrations=False,
        before_send=clean,
    )


def report(error: BaseException) -> None:
    """Send one error, if reporting was begun."""
    import sys

    sdk = sys.modules.get("sentry_sdk")
    if sdk is not None:
        sdk.capture_exception(error)


def clean(event: Any, _hint: Any) -> Any:
    """What may leave: the kind of error and where it happened. Messages of errors are cut, values never go."""
    kept = {name: event[name] for name in KEPT if name in event}
    kept["contexts"] = {name: value for name, value in (kept.get("contexts") or {}).items() if name in CONTEXTS}
    for one in (kept.get("exception") or {}).get("values", []):
        one["value"] = scrub(str(one.get("type") or "error"))
        for frame in (one.get("stacktrace") or {}).get("frames", []):
            for name in ("vars", "pre_context", "context_line", "post_context", "abs_path"):
                frame.pop(name, None)
    return kept
