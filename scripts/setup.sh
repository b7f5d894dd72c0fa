#!/usr/bin/env bash
# Make .venv, node_modules and the system packages what the lock files say; nothing when they already are.
# Usage: setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
group=${1:-run}
# trust what the system trusts: many offices read TLS with a certificate of their own
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1} UV_PYTHON_DOWNLOADS=never

stamp_of() { cat "$@" | sha256sum | cut -c1-16; }

# The distribution's own comes first: it is compiled with profile feedback. One compiled by hand (pyenv) mostly is not,
# and then takes half as long again for everything.
find_python() {
  for name in ${PYTHON:-} /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
    command -v "$name" >/dev/null || continue
    "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue
    "$name" -c "${1:-pass}" 2>/dev/null || continue
    "$name" -c 'import sys; print(sys.executable)'
    return
  done
  return 1
}
# any that can make an environment will do to install uv, which makes .venv without that
find_python_for_uv() { find_python 'import ensurepip'; }

# --- system packages: asked each time, it takes milliseconds ---------------------------------------------
stamp=.venv/.installed-$(stamp_of uv.lock pyproject.toml scripts/setup.sh)
venv_package=
if [ ! -e "$stamp" ]; then
  find_python >/dev/null || { echo "需要 Python 3.11 以上：apt-get install python3" >&2; exit 1; }
  if ! command -v uv >/dev/null && [ ! -x var/tools/uv/bin/uv ]; then
    find_python_for_uv >/dev/null || venv_package=python3-venv
  fi
fi
scripts/apt.sh "$group" "$venv_package"

# --- Python: exactly uv.lock -------------------------------------------------------------------------------
if [ ! -e "$stamp" ]; then
  python=$(find_python)
  if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then
    uv=uv
  else
    # uv in an environment of its own: `uv sync` removes from .venv whatever the lock does not name
    [ -x var/tools/uv/bin/uv ] || {
      echo "安装 uv …" >&2
      "$(find_python_for_uv)" -m venv var/tools/uv
      var/tools/uv/bin/python -m pip install --quiet uv
    }
    uv=var/tools/uv/bin/uv
  fi
  echo "安装 Python 依赖（按 uv.lock）…" >&2
  "$uv" sync --frozen --extra postgres --compile-bytecode --quiet --python "$python"
  rm -f .venv/.installed-*
  touch "$stamp"
fi

# --- browser assets: exactly package-lock.json -----------------------------------------------------------------
stamp=node_modules/.installed-$(stamp_of package-lock.json)
if [ ! -e "$stamp" ]; then
  command -v npm >/dev/null || { echo "需要 Node 20 以上和 npm" >&2; exit 1; }
  echo "安装页面资源（按 package-lock.json）…" >&2
  npm ci --ignore-scripts --no-audit --no-fund --silent
  touch "$stamp"
fi
