#!/usr/bin/env bash
# Makes everything ready that `make run` (setup.sh run) or `make test` (setup.sh test) needs, and nothing twice:
# system packages, the virtual environment in .venv, the locked packages. Safe to interrupt and to start twice at once.
set -euo pipefail

kind=${1:-run}
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cd -- "$root"
venv=$root/.venv
python=$venv/bin/python
stamp=$venv/.installed

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

case $kind in
  run) locks=(requirements.lock) lists=(scripts/system-run.txt) ;;
  test) locks=(requirements.lock requirements-dev.lock) lists=(scripts/system-run.txt scripts/system-test.txt) ;;
  *) die "usage: scripts/setup.sh run|test" ;;
esac

# What the installed state depends on: the locks, uv, the system packages, this folder (scripts hold its path), Python.
digest() { { cat -- "$@" scripts/uv.txt; printf '%s\n' "$root"; readlink -f -- "$python" || true; } | sha256sum; }

# True when .venv holds what the stamp says. The test packages include all others, so they serve `run` as well.
ready() {
  [ -x "$python" ] && [ -f "$stamp" ] || return 1
  grep -qxF "$kind $(digest "${locks[@]}" "${lists[@]}")" "$stamp"
}

if ready; then exit 0; fi

exec 9<"$root/scripts/setup.sh"
if ! flock --nonblock 9; then
  say "another set-up is under way here, waiting for it"
  flock 9
  if ready; then exit 0; fi
fi

log=$(mktemp "${TMPDIR:-/tmp}/setup-XXXXXX.log")
trap '[ -s "$log" ] || rm -f -- "$log"' EXIT

# The environment of whoever calls must not change what gets installed, or leave it without compiled bytecode.
unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME PYTHONPYCACHEPREFIX VIRTUAL_ENV PIP_TARGET PIP_USER PIP_PREFIX
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

as_root=()
can_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] && return 0
  command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
  as_root=(sudo -n)
}

# Installs Debian packages, or says in one line what to install.
updated=
install() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  can_install || die "Missing system packages. Install them and start again: apt-get install $*"
  say "Installing system packages: $*"
  if [ -z "$updated" ]; then
    "${as_root[@]}" "${apt[@]}" update >"$log" 2>&1 9<&- || say "apt-get update failed, trying with the lists that are here"
    updated=1
  fi
  "${as_root[@]}" "${apt[@]}" install --yes --no-install-recommends "$@" >>"$log" 2>&1 9<&- || {
    tail -n 5 "$log" >&2
    die "apt-get could not install: $* (see $log). Install them by hand and start again."
  }
}

library() { [[ $1 == lib*.so.* ]] && { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | grep -F "$1 " >/dev/null; }

system_packages() {
  local missing=() package commands command found
  while IFS=: read -r package commands; do
    [[ $package =~ ^[[:space:]]*(#|$) ]] && continue
    found=
    for command in $commands; do
      if command -v "$command" >/dev/null || library "$command"; then found=1; fi
    done
    if [ -z "$commands" ] && dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then found=1; fi
    [ -n "$found" ] || missing+=("$package")
  done < <(cat -- "${lists[@]}")
  if [ ${#missing[@]} -gt 0 ]; then install "${missing[@]}"; fi
}

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11 python3.14; do
    if command -v "$name" >/dev/null && suitable "$name"; then command -v "$name"; return; fi
  done
  return 1
}

# The environment is made anew when it does not work, was made for another folder (its scripts hold the path), or an
# installation in it broke off: what looks installed then may be half there.
environment() {
  if [ -x "$python" ] && suitable "$python" && "$python" -m pip --version >/dev/null 2>&1 &&
    [ "$(cat "$venv/.at" 2>/dev/null)" = "$root" ] && [ ! -e "$venv/.installing" ]; then return; fi
  local base
  base=$(find_python) || die "Python 3.11 or newer is needed and was not found. Install it: apt-get install python3 python3-venv"
  if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
    install python3-venv
    "$base" -c 'import ensurepip, venv' 2>/dev/null ||
      install "python$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
  fi
  say "Making the virtual environment with $("$base" --version)"
  rm -rf -- "$venv"
  "$base" -m venv -- "$venv" >"$log" 2>&1 || { tail -n 3 "$log" >&2; die "The virtual environment could not be made in $venv"; }
  printf '%s\n' "$root" >"$venv/.at"
}

# uv is quick; where it cannot work (an old processor or C library, an index it does not understand) pip does the same.
packages() {
  local lock=$1 settings
  if ! "$venv/bin/uv" --version >/dev/null 2>&1 || ! cmp -s scripts/uv.txt "$venv/.uv"; then
    if "$python" -m pip install --quiet --require-hashes --only-binary :all: -r scripts/uv.txt >"$log" 2>&1; then
      cp scripts/uv.txt "$venv/.uv"
    fi
  fi
  settings=$("$python" -m pip config list 2>/dev/null | "$python" scripts/uv_settings.py)
  say "Installing the locked packages (the first time takes about a minute)"
  if (
    eval "$settings"
    export UV_NO_PROGRESS=1 UV_LINK_MODE="${UV_LINK_MODE:-copy}"
    [ -w "${XDG_CACHE_HOME:-${HOME:-/nonexistent}}" ] || export UV_NO_CACHE=1
    "$venv/bin/uv" pip sync --quiet --python "$python" --require-hashes --compile-bytecode "$lock" >>"$log" 2>&1
  ); then return; fi
  say "uv could not install them, trying pip"
  "$python" -m pip install --quiet --require-hashes -r "$lock" >>"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    die "The packages could not be installed (see $log)."
  }
}

system_packages
environment
lock=requirements.lock
if [ "$kind" = test ] || grep -qs '^test ' "$stamp"; then lock=requirements-dev.lock; fi
rm -f -- "$stamp"
touch -- "$venv/.installing"
packages "$lock"
{
  printf 'run %s\n' "$(digest requirements.lock scripts/system-run.txt)"
  if [ "$kind" = test ]; then printf 'test %s\n' "$(digest "${locks[@]}" "${lists[@]}")"; fi
} >"$stamp.new"
mv -- "$stamp.new" "$stamp"
rm -f -- "$venv/.installing" "$log"
