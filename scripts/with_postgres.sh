#!/usr/bin/env bash
# Run a command with QIYING_TEST_DATABASE_URL pointing at a throwaway PostgreSQL on a socket of its own.
# The server lives in a temporary folder, runs as another user when we are root (it refuses root), and is
# gone afterwards. It trusts its socket, does not listen on the network, and does not fsync: tests only.
# PG_FSYNC, PG_AUTOVACUUM and PG_OPTIONS ("-c name=value ...") change how it runs.
set -euo pipefail
cd "$(dirname "$0")/.."

bindir=
for candidate in "$(command -v pg_config >/dev/null && pg_config --bindir || true)" /usr/lib/postgresql/*/bin; do
  [ -n "$candidate" ] && [ -x "$candidate/initdb" ] && bindir=$candidate
done
if [ -z "$bindir" ]; then
  scripts/apt.sh test
  for candidate in /usr/lib/postgresql/*/bin; do [ -x "$candidate/initdb" ] && bindir=$candidate; done
fi
[ -n "$bindir" ] || { echo "找不到 PostgreSQL：apt-get install postgresql" >&2; exit 1; }

place=$(mktemp -d /tmp/qiying-pg-XXXXXX)
as_owner=()
if [ "$(id -u)" = 0 ]; then
  owner=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$owner" "$place"
  as_owner=(setpriv --reuid="$owner" --regid="$(id -gn "$owner")" --clear-groups env HOME="$place")
fi
stop() {
  "${as_owner[@]}" "$bindir/pg_ctl" -D "$place/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$place"
}
trap stop EXIT
trap 'exit 130' INT TERM

(
  cd "$place"
  "${as_owner[@]}" "$bindir/initdb" -D "$place/data" -U qiying -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  "${as_owner[@]}" "$bindir/pg_ctl" -D "$place/data" -l "$place/log" -w start \
    -o "-k $place -c listen_addresses='' -c fsync=${PG_FSYNC:-off} -c autovacuum=${PG_AUTOVACUUM:-on} -c max_connections=200 -c shared_buffers=256MB ${PG_OPTIONS:-}" >/dev/null
) || { cat "$place/log" >&2 2>/dev/null; exit 1; }
"$bindir/createdb" -h "$place" -U qiying qiying
export QIYING_TEST_DATABASE_URL="postgres://qiying@/qiying?host=$place"
"$@"
