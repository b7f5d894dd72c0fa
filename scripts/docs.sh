#!/usr/bin/env bash
# Write the generated pages under docs/ anew; `docs.sh --check` fails when one is stale.
set -euo pipefail
cd "$(dirname "$0")/.."
QIYING_DATA_DIR=$(mktemp -d)
export QIYING_DATA_DIR QIYING_DEBUG=1
trap 'rm -rf "$QIYING_DATA_DIR"' EXIT
check=${1:-}
.venv/bin/qiying document_permissions docs/permissions.md $check
.venv/bin/qiying document_procedures $check
.venv/bin/qiying openapi docs/openapi-v1.json $check
