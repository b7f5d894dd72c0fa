#!/usr/bin/env bash
# The demo district's data: `ensure` makes it when there is none, `reset` throws it away. `missing` tells whether it
# would have to be built, and lays down the key that what is signed in it is signed with.
# On SQLite the built folder is kept under var/cache by a hash of the code, so that it is built once per version.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
export QIYING_DATA_DIR=${QIYING_DATA_DIR:-$PWD/var}
export QIYING_DEMO=1
qiying=.venv/bin/qiying
page= # the process that shows how far the building is
mkdir -p "$QIYING_DATA_DIR" var/cache

code_hash() {
  # what git tracks: what a run leaves beside the code (compiled, traced, tried out) builds no other district
  { { git ls-files -z -- src/qiying 2>/dev/null || find src/qiying -type f -not -path '*/__pycache__/*' -print0; } |
      grep -zvE '/(tests|static)/' | LC_ALL=C sort -z | xargs -0 sha256sum 2>/dev/null
    sha256sum uv.lock
    date +%G-%V # demo dates are relative to today: at most a week old
  } | sha256sum | cut -c1-16
}

is_postgres() { case ${QIYING_DATABASE_URL:-} in postgres*) true ;; *) false ;; esac; }

# any command that asks for the database leaves an empty file behind
has_tables() {
  [ -s "$1" ] && .venv/bin/python -c '
import sqlite3, sys
sys.exit(not sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM sqlite_master").fetchone()[0])' "$1"
}

remove_data() {
  rm -rf "$QIYING_DATA_DIR"/qiying.sqlite3* "$QIYING_DATA_DIR"/blobs "$QIYING_DATA_DIR"/anchors \
    "$QIYING_DATA_DIR"/mail "$QIYING_DATA_DIR"/.built-from
}

# whether there are no data and this version was not built yet; of PostgreSQL `ensure` asks
is_missing() {
  ! is_postgres && [ ! -e "$QIYING_DATA_DIR/.built-from" ] && ! has_tables "$QIYING_DATA_DIR/qiying.sqlite3" &&
    [ ! -d "var/cache/demo-$(code_hash)" ]
}

build() { # into the folder $1, with a page on $QIYING_BUILDING_PORT that shows how far it is
  mkdir -p "$1"
  local said=$1/said.txt
  : >"$said"
  if [ -n "${QIYING_BUILDING_PORT:-}" ]; then
    .venv/bin/python -m qiying.config.building_page "$QIYING_BUILDING_PORT" "$said" &
    page=$!
    echo "生成期间可以先打开 http://127.0.0.1:$QIYING_BUILDING_PORT 看进度" >&2
  fi
  [ ! -s "$QIYING_DATA_DIR/secret_key" ] || cp -p "$QIYING_DATA_DIR/secret_key" "$1"
  QIYING_DATA_DIR=$1 PYTHONUNBUFFERED=1 $qiying demo_build --setup | tee "$said"
  if [ -n "$page" ]; then
    kill "$page"
    wait "$page" 2>/dev/null || true
    page=
  fi
  rm -f "$said"
}

case ${1:-ensure} in
  reset)
    if is_postgres; then
      echo "PostgreSQL 上请自行删除并重建数据库" >&2
      exit 1
    fi
    remove_data
    echo "演示数据已清空，下次 make run 会重新生成"
    ;;
  missing)
    is_missing || exit 1
    [ -s "$QIYING_DATA_DIR/secret_key" ] ||
      (umask 077 && head -c 64 /dev/urandom | base64 -w 0 >"$QIYING_DATA_DIR/secret_key")
    ;;
  ensure)
    if is_postgres; then
      $qiying setup --quiet
      $qiying demo_build --if-empty
      exit
    fi
    database=$QIYING_DATA_DIR/qiying.sqlite3
    hash=$(code_hash)
    stamp=$QIYING_DATA_DIR/.built-from
    [ -s "$database" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$hash" ] && exit # the stamp is written beside tables only
    if has_tables "$database"; then
      # kept data, perhaps of an older version: setup migrates it
      [ "$(cat "$stamp" 2>/dev/null)" = "$hash" ] || $qiying setup --quiet
      echo "$hash" >"$stamp"
      exit
    fi
    kept=var/cache/demo-$hash
    if [ ! -d "$kept" ]; then
      echo "第一次运行：正在生成演示区县，约一分钟 …" >&2
      # the two newest stay: going back to the version before finds its own
      find var/cache -maxdepth 1 -name 'demo-*' -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d' ' -f2- | xargs -r rm -rf
      building=$PWD/var/cache/building-$$
      trap '[ -z "$page" ] || kill "$page" 2>/dev/null || true; rm -rf "$building"' EXIT
      build "$building"
      rm -f "$building"/qiying.sqlite3-* # its log is empty: demo_build wrote everything into the file
      mv "$building" "$kept"
    fi
    cp -a "$kept"/. "$QIYING_DATA_DIR"/
    echo "$hash" >"$stamp"
    ;;
  *)
    echo "demo.sh ensure|missing|reset" >&2
    exit 2
    ;;
esac
