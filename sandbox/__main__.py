"""`python -m sandbox`: the simulated outside world on SANDBOX_HOST and SANDBOX_PORT."""

import logging
import sys

import uvloop
from aiohttp import web

from sandbox.app import create_app
from sandbox.settings import load_settings


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        settings = load_settings()
    except ValueError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    try:
        web.run_app(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
            shutdown_timeout=1.0,
            loop=uvloop.new_event_loop(),
            print=lambda *_: print(f"The simulated world: http://{settings.host}:{settings.port}/", flush=True),
        )
    except OSError as error:
        print(f"sandbox: cannot listen on {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
