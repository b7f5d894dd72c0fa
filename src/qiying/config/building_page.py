"""What the browser shows while the demo district is being built: each step as it comes, then the product itself.

Run by `scripts/demo.sh` as `python -m qiying.config.building_page PORT FILE`, with nothing of Django, so that it
answers at once. FILE holds what `demo_build` said so far; the page asks for it each second and gives way when the
product answers.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SAID = "/building.json"

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>正在准备演示区县 · 企应</title>
<style>
body { margin: 0; font: 17px/1.7 system-ui, "Noto Sans CJK SC", sans-serif; color: #1c2430; background: #f5f6f8 }
main { max-width: 34rem; margin: 12vh auto; padding: 2rem; background: #fff; border-radius: 12px }
h1 { margin: 0 0 .5rem; font-size: 1.5rem }
progress { width: 100%; height: .75rem; margin: 1rem 0 }
ol { margin: 0; padding: 0; list-style: none; color: #5b6675; max-height: 40vh; overflow: auto }
li:last-child { color: #1c2430; font-weight: 600 }
</style></head>
<body><main>
<h1>正在准备演示区县</h1>
<p>第一次启动要造一年的办件和政策兑现，大约一分钟。好了会自动打开，不用刷新。</p>
<progress max="1" aria-label="进度"></progress>
<ol aria-live="polite"></ol>
<noscript><p>浏览器没有开脚本：过一会儿请自己刷新。</p></noscript>
</main>
<script>
async function look() {
  try {
    const answer = await fetch("/building.json", { cache: "no-store" })
    if (answer.status === 404) { location.reload(); return }
    const told = await answer.json()
    const lines = told.lines.map(line => {
      const item = document.createElement("li"); item.textContent = line; return item
    })
    document.querySelector("ol").replaceChildren(...lines)
    if (lines.length) document.querySelector("progress").value = told.share
  } catch { /* between this page and the product nobody answers for a moment */ }
  setTimeout(look, 1000)
}
look()
</script></body></html>
"""
STEPS = 23  # lines a whole build says: thirteen months, and what comes before and after them


def told(file: Path) -> dict[str, object]:
    """Return what was said so far and the share that is done, never quite all of it."""
    lines = file.read_text(errors="replace").split("\n")[:-1] if file.exists() else []
    return {"lines": lines, "share": min(len(lines) / STEPS, 0.97)}


class Handler(BaseHTTPRequestHandler):
    """Answers every address with the page, and one with what was said so far."""

    file: Path

    def do_GET(self) -> None:
        """Answer; 503, so that nobody takes the page for the product."""
        if self.path == SAID:
            self._send(200, "application/json", json.dumps(told(self.file), ensure_ascii=False))
        else:
            self._send(503, "text/html; charset=utf-8", PAGE)

    def _send(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Retry-After", "2")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal shows the build."""


def server(port: int, file: Path) -> ThreadingHTTPServer:
    """Return the page's server on the loopback address."""
    return ThreadingHTTPServer(("127.0.0.1", port), type("Here", (Handler,), {"file": file}))


if __name__ == "__main__":
    try:
        server(int(sys.argv[1]), Path(sys.argv[2])).serve_forever()
    except (KeyboardInterrupt, OSError):  # the port is taken: the product itself will say so
        sys.exit(0)
