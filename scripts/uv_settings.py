"""Reads `pip config list` on standard input and prints the same settings as shell exports for uv, which ignores pip's.

A variable that is already set stays as it is. Nothing here is shown to the user: an address may hold a password.
"""

import ast
import os
import shlex
import sys
from collections.abc import Iterable, Mapping

# pip's option → uv's variable and what stands between several values
VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "proxy": ("ALL_PROXY", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
}
SECTIONS = ("global", "install", ":env:")  # the later one wins, as in pip


def pip_options(lines: Iterable[str]) -> dict[str, str]:
    """Option → value of the strongest section; lines look like `global.index-url='…'`."""
    found: dict[str, tuple[int, str]] = {}
    for line in lines:
        key, _, quoted = line.strip().partition("=")
        section, _, option = key.rpartition(".")
        if section not in SECTIONS:
            continue
        try:
            value = str(ast.literal_eval(quoted))
        except (SyntaxError, ValueError):
            continue
        strength = SECTIONS.index(section)
        if option not in found or found[option][0] <= strength:
            found[option] = (strength, value)
    return {option: value for option, (_, value) in found.items()}


def uv_variables(options: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The variables to set so that uv finds packages where pip does."""
    variables = {}
    for option, (name, separator) in VARIABLES.items():
        value = separator.join(options.get(option, "").split())
        if value and name not in environment:
            variables[name] = value
    if "extra-index-url" in options and "UV_INDEX_STRATEGY" not in environment:
        # pip takes all indexes as one; every file is checked against its hash, so none can slip in another
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return variables


def main() -> None:
    for name, value in uv_variables(pip_options(sys.stdin), os.environ).items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


if __name__ == "__main__":
    main()
