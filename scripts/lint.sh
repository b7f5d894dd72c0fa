#!/usr/bin/env bash
# Everything that can be seen without running a test; every check runs, the first failure does not hide the rest.
set -uo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
bin=.venv/bin
QIYING_DATA_DIR=$(mktemp -d)
export QIYING_DATA_DIR QIYING_DEBUG=1
trap 'rm -rf "$QIYING_DATA_DIR"' EXIT
failed=()

check() {
  local name=$1
  shift
  local start=$SECONDS
  if "$@" >"$QIYING_DATA_DIR/out" 2>&1; then
    echo "  好   $name ($((SECONDS - start)) s)"
  else
    echo "  不行 $name"
    sed 's/^/       /' "$QIYING_DATA_DIR/out" | tail -60
    failed+=("$name")
  fi
}

check "ruff" $bin/ruff check .
check "templates" $bin/djlint --lint src
check "layers (import-linter)" $bin/lint-imports --no-cache
check "system checks" $bin/qiying check
check "migrations" scripts/check_migrations
check "types (mypy strict)" $bin/mypy
if [ ${#failed[@]} -gt 0 ]; then
  echo "没有通过：${failed[*]}" >&2
  exit 1
fi
