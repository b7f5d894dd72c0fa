#!/usr/bin/env bash
# The long proofs: tests marked `prove`, properties among them with many examples, on both databases; a database of an
# older version brought up to date; then the bundle
# installed and served without a network. Every part runs; the end says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
failed=()
part() {
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  "$@" || failed+=("$name")
  echo "== $name: $((SECONDS - start)) s"
}
export QIYING_TEST_HYPOTHESIS=prove
part "long proofs on SQLite" .venv/bin/pytest -n 2 -q -m prove
part "long proofs on PostgreSQL" scripts/with_postgres.sh .venv/bin/pytest -n 2 -q -m "prove and both_databases"
QIYING_TEST_LATE_BODIES=0.4 part "browser tests with pages that come late" .venv/bin/pytest -n0 -q -m browser
part "database of an older version" scripts/prove_old_database.sh
part "bundle" scripts/bundle.sh
part "bundle without a network" scripts/prove_bundle.sh
if [ ${#failed[@]} -gt 0 ]; then
  echo "没有通过：${failed[*]}" >&2
  exit 1
fi
