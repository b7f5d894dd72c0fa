#!/usr/bin/env bash
# A database built by an older version, brought up to date by this one, is whole: its cases, chains, figures and money.
# Usage: prove_old_database.sh [REVISION]; by default the last one whose tables differ from today's.
set -euo pipefail
cd "$(dirname "$0")/.."
old=${1:-$(git log -1 --format=%H -- 'src/qiying/**/migrations/*.py')~1}
place=$(mktemp -d)
trap 'git worktree remove --force "$place/code"; rm -rf "$place"' EXIT
git worktree add --quiet --detach "$place/code" "$old"
export QIYING_DATA_DIR=$place/data QIYING_DEMO=1 QIYING_LOG_LEVEL=WARNING
mkdir "$QIYING_DATA_DIR"
echo "用 $(git rev-parse --short "$old") 的代码生成演示区县 …"
PYTHONPATH=$place/code/src .venv/bin/python -m qiying.config.cli demo_build --setup >/dev/null
now() { PYTHONPATH=$PWD/src .venv/bin/python -m qiying.config.cli "$@"; }
now setup
now rebuild --check
now verify
now figures_check
now ledger_check
now profiles_rebuild --check
