#!/usr/bin/env bash
# Install the bundle where there is no network at all, serve from it, fetch pages; measure a restart.
# Usage: prove_bundle.sh [BUNDLE.tar]
set -euo pipefail
cd "$(dirname "$0")/.."
bundle=$(realpath "${1:-$(ls -t dist/qiying-*-bundle.tar | head -1)}")
if [ "${QIYING_WITHOUT_NETWORK:-}" != 1 ]; then
  user=(); [ "$(id -u)" = 0 ] || user=(-r)
  exec env QIYING_WITHOUT_NETWORK=1 unshare "${user[@]}" -n bash "$0" "$bundle"
fi
ip link set lo up
[ "$(ls /sys/class/net | tr '\n' ' ')" = "lo " ] || [ -z "$(ip route)" ] || { echo "还有网络" >&2; exit 1; }

work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$work"
}
trap finish EXIT
for name in $(env | sed -n 's/^\(QIYING_[A-Z_]*\)=.*/\1/p'); do [ "$name" = QIYING_WITHOUT_NETWORK ] || unset "$name"; done
export QIYING_DATA_DIR=$work/data
tar -C "$work" -xf "$bundle"
cd "$work"/qiying-*-bundle
./install.sh "$work/opt"
cd "$work"
qiying=$work/opt/bin/qiying
$qiying setup
port=8765

serve() {
  $qiying serve --port $port >"$work/log" 2>&1 &
  server=$!
}
# prints how many seconds after now the page was answered with 200
first_page() {
  "$work/opt/bin/python" - "http://127.0.0.1:$port$1" <<'PY'
import sys, time, urllib.request
start = time.monotonic()
while time.monotonic() - start < 60:
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=10) as answer:
            page = answer.read().decode()
            if answer.status == 200:
                print(f"{time.monotonic() - start:.2f}")
                sys.exit(0)
    except urllib.error.HTTPError as error:
        sys.exit(f"{sys.argv[1]}: {error.code}")
    except OSError:
        time.sleep(0.02)
sys.exit("no answer in 60 s")
PY
}
page=/sign-in/
serve
echo "first start: $page after $(first_page $page) s" || { cat "$work/log"; exit 1; }
"$work/opt/bin/python" - "http://127.0.0.1:$port" "$page" <<'PY'
import re, sys, urllib.request
host, page = sys.argv[1:]
html = urllib.request.urlopen(host + page).read().decode()
files = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html)))
assert files, "the page names no static file"
foreign = re.findall(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)[^"]+"', html)
assert not foreign, foreign
for name in files:
    assert urllib.request.urlopen(host + name).status == 200, name
print(f"{len(files)} static files of the page are served, none from elsewhere")
PY
slowest=0
for _ in 1 2 3; do
  kill "$server"; wait "$server" || true
  serve
  took=$(first_page $page)
  slowest=$(printf '%s\n%s\n' "$slowest" "$took" | sort -g | tail -1)
done
echo "restart: $page after at most $slowest s (three restarts)"
[ "$(echo "$slowest < 3" | "$work/opt/bin/python" -c 'print(int(eval(input())))')" = 1 ] || { echo "slower than 3 s" >&2; exit 1; }
for _ in $(seq 100); do
  "$work/opt/bin/python" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/healthz')" 2>/dev/null && break
  sleep 0.3
done
"$work/opt/bin/python" -c "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:$port/healthz').read().decode())"
echo "bundle proved without a network"
