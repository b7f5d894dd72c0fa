#!/usr/bin/env bash
# Build dist/qiying-…-bundle.tar: every wheel of the lock, the product's wheel with its browser assets, an installer.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
uv=$(command -v uv || echo "$PWD/var/tools/uv/bin/uv")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tag=$($python -c 'import sys, platform; print("cp%d%d-%s" % (*sys.version_info[:2], platform.machine()))')
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml | head -1)
name=qiying-$version-$tag-bundle
bundle=$work/$name
mkdir -p "$bundle"/wheels "$bundle"/tools dist

echo "打包产品（含页面资源）…" >&2
mkdir "$work/source"
cp -a pyproject.toml README.md LICENSE policies src "$work/source/"
find "$work/source" -name __pycache__ -prune -exec rm -rf {} +
QIYING_DATA_DIR=$work/data DJANGO_SETTINGS_MODULE=qiying.config.settings $python - "$work/source/src/qiying/ui/static" <<'PY'
import sys
from pathlib import Path
from qiying.ui.assets import copy_assets
for path in copy_assets(Path(sys.argv[1])):
    print("  ", path.name, file=sys.stderr)
PY
(cd "$work/source" && "$python" -m hatchling build -t wheel -d "$bundle/wheels" >/dev/null)

echo "收集依赖（按 uv.lock）…" >&2
"$uv" export --frozen --no-dev --extra postgres --no-emit-project --quiet -o "$work/requirements.txt"
pip() { # what it says is only of interest when it fails
  "$uv" run --quiet --no-project --python "$python" --with pip python -m pip "$@" >"$work/log" 2>&1 ||
    { tail -20 "$work/log" >&2; return 1; }
}
pip wheel --no-deps --require-hashes -r "$work/requirements.txt" -w "$bundle/wheels"
pip download --no-deps pip -d "$bundle/tools"

$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' >"$bundle/python-version"
cp scripts/bundle/install.sh scripts/bundle/README.txt scripts/apt-packages.txt docs/operations.md LICENSE "$bundle/"
chmod +x "$bundle/install.sh"
(cd "$bundle" && find wheels tools -type f | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
tar -C "$work" --sort=name --owner=0 --group=0 --mtime="@$(git log -1 --format=%ct 2>/dev/null || echo 0)" \
  -cf "dist/$name.tar" "$name"
echo "dist/$name.tar  $(du -h "dist/$name.tar" | cut -f1)，$(ls "$bundle/wheels" | wc -l) 个包"
