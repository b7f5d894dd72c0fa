"""A crawl: every link a page shows somebody leads him to a page."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from django.contrib.auth import get_user_model
from django.test import Client

_LINK = re.compile(r"""<a\b[^>]*?\shref=["']([^"']+)["']""")
_LEFT = re.compile(r"\{\{|\{%|>None<|object at 0x|<bound method")
MOST_PAGES = 80
ALIKE = 2
"""How many pages of one shape are opened: the second shows what the first had no rows for."""


def shape(url: str) -> str:
    """Return a page's shape: its path without numbers and codes, and the names in its query."""
    parts = urlsplit(url)
    first, *rest = parts.path.strip("/").split("/")
    path = "/".join([first, *("N" if re.search(r"[\d-]", piece) else piece for piece in rest)])
    return f"{path}?{','.join(sorted(p.split('=')[0] for p in parts.query.split('&') if p))}"


def dead_links(login: str, start: str = "/", most: int = MOST_PAGES) -> list[str]:
    """Follow the links as one person (nobody: empty) and return what answered badly or was left unfinished."""
    client = Client()
    if login:
        client.force_login(get_user_model().objects.get(login=login))
    waiting, seen, shapes, found = deque([(start, "")]), {start}, Counter[str](), list[str]()
    while waiting and most:
        url, came_from = waiting.popleft()
        kind = shape(url)
        if shapes[kind] >= ALIKE:
            continue
        shapes[kind] += 1
        most -= 1
        answer = client.get(url)
        if answer.status_code >= 400:
            found.append(f"{login} {answer.status_code} {url}（{came_from}）")
        if answer.status_code in (301, 302):
            waiting.append((urldefrag(urljoin(url, answer["Location"])).url, came_from))
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode()
        if left := _LEFT.search(re.sub(r"<(script|code|pre|textarea)\b.*?</\1>", "", text, flags=re.DOTALL)):
            found.append(f"{login} {url}: {left.group()}")
        for link in _LINK.findall(text):
            target = urldefrag(urljoin(url, unescape(link))).url
            if (
                target.startswith("/")
                and target not in seen
                and not target.startswith(("/static/", "/media/"))
            ):
                seen.add(target)
                waiting.append((target, url))
    return found
