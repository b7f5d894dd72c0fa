#!/usr/bin/env bash
# Install the Debian packages of a group (run, test) that are missing; without the right to, say what to type.
# Optional ones are tried once, where the package lists name them; nothing stops when that fails.
set -euo pipefail
cd "$(dirname "$0")"
group=${1:-run}
extra=${2:-}

if ! command -v dpkg-query >/dev/null; then
  echo "不是 Debian 系统：请自行安装 scripts/apt-packages.txt 里的软件包" >&2
  exit 0
fi
lacking() {
  local have
  [ $# -gt 0 ] || return 0
  have=$(dpkg-query -W -f '${Package} ${Status}\n' "$@" 2>/dev/null | awk '$2 $3 $4 == "installokinstalled" {print $1}' || true)
  for package in "$@"; do
    [[ " ${have//$'\n'/ } " == *" $package "* ]] || echo "$package"
  done
}
of_group() { awk -v g="$group" -v how="$1" '($1 == "run" || $1 == g) && $3 == how {print $2}' apt-packages.txt; }
missing=($(lacking $(of_group "") $extra))
tried=../var/cache/apt-tried-$group
optional=()
[ -e "$tried" ] || optional=($(lacking $(of_group optional)))
[ ${#missing[@]} -gt 0 ] || [ ${#optional[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
as_root=
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  elif [ ${#missing[@]} = 0 ]; then
    exit 0
  else
    echo "缺少系统软件包，而当前用户不能安装。请让管理员运行下面这一行，然后再试：" >&2
    echo "  sudo apt-get update && sudo $install" >&2
    exit 1
  fi
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if [ ${#missing[@]} -gt 0 ]; then
  echo "安装系统软件包：${missing[*]}" >&2
  if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "系统软件包没有装上。请检查网络后运行：sudo apt-get update && sudo $install" >&2
    exit 1
  fi
fi
for package in "${optional[@]}"; do
  apt-cache show "$package" >/dev/null 2>&1 || continue
  echo "安装系统软件包：$package（没有也行）" >&2
  timeout 180 $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" >"$log" 2>&1 || true
done
mkdir -p "${tried%/*}" && touch "$tried"
