#!/usr/bin/env bash
# `make run`: the whole product with the demo district on 127.0.0.1:$PORT; the data stays between runs.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
export QIYING_DATA_DIR=${QIYING_DATA_DIR:-$PWD/var}
export QIYING_DEMO=${QIYING_DEMO:-1}
export QIYING_LOG_LEVEL=${QIYING_LOG_LEVEL:-WARNING}
export PORT=${PORT:-8000}
export QIYING_BASE_URL=${QIYING_BASE_URL:-http://127.0.0.1:$PORT}

first=()
if [ "$QIYING_DEMO" != 1 ]; then
  .venv/bin/qiying setup
elif { [ -e "$QIYING_DATA_DIR/.built-from" ] && [ -s "$QIYING_DATA_DIR/qiying.sqlite3" ]; } || scripts/demo.sh missing; then
  export QIYING_BUILDING_PORT=$PORT
  first=(--first "scripts/demo.sh ensure") # the product loads beside; its key is there already
else
  scripts/demo.sh ensure
fi
exec .venv/bin/qiying serve --host 127.0.0.1 --port "$PORT" "${first[@]}"
