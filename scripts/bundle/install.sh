#!/usr/bin/env bash
# Install Qiying from this folder, without a network: ./install.sh /opt/qiying
# Run it again with a newer bundle to upgrade; data lies elsewhere (QIYING_DATA_DIR).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${1:?用法：./install.sh /opt/qiying}
wanted=$(cat "$here/python-version")

python=
for name in ${PYTHON:-} "python$wanted" python3; do
  command -v "$name" >/dev/null || continue
  found=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  if [ "$found" = "$wanted" ]; then
    python=$name
    break
  fi
done
[ -n "$python" ] || { echo "这个安装包要用 Python $wanted（apt-get install python3）" >&2; exit 1; }

(cd "$here" && sha256sum --quiet -c SHA256SUMS) || { echo "安装包不完整，请重新拷贝" >&2; exit 1; }

"$python" -m venv --without-pip --clear "$target"
# a wheel is a zip that Python runs: pip from the bundle, so that neither ensurepip nor python3-venv is needed
pip=$(echo "$here"/tools/pip-*.whl)
"$target/bin/python" "$pip/pip" --isolated install --quiet --no-index --no-deps --no-compile \
  --disable-pip-version-check --no-cache-dir "$here"/wheels/*.whl
"$target/bin/python" -m compileall -q "$target/lib" || true
missing=$(sed -n 's/^run //p' "$here/apt-packages.txt" | while read -r package; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
done)
[ -z "$missing" ] || echo "还缺系统软件包（公文 PDF 要用）：apt-get install $(echo $missing)"
"$target/bin/qiying" version
echo "装好了。下一步：QIYING_DATA_DIR=/var/lib/qiying $target/bin/qiying setup"
