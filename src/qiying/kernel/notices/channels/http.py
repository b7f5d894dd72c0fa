"""One careful HTTP POST: only http(s), no redirects, short time-outs, a bounded answer."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from qiying.kernel.notices.channels.base import ChannelFailed

TIMEOUT = 8  # seconds, for connecting and for each read
_MOST_BYTES = 64 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """A redirect could lead a signed message to somebody else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect())


def url_fault(url: str) -> str:
    """Return why an address cannot be posted to, or an empty string."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "地址写得不对。应像 https://example.gov.cn/hook 这样。"
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return "地址要以 http:// 或 https:// 开头，后面是主机名。"
    if parts.username or parts.password:
        return "地址里不要写账号密码，密钥另填。"
    if any(c.isspace() for c in url):
        return "地址里有空格，请去掉。"
    return ""


def post_json(url: str, payload: Any) -> bytes:
    """POST canonical JSON; see `post_bytes`."""
    return post_bytes(url, json.dumps(payload, ensure_ascii=False).encode())


def post_bytes(url: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """POST a JSON body and return the answer (at most 64 KiB) of a 2xx; raise `ChannelFailed` otherwise."""
    if fault := url_fault(url):
        raise ChannelFailed(fault)
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Qiying", **(headers or {})}
    request = Request(url, data=body, headers=sent, method="POST")  # noqa: S310  scheme checked above
    try:
        with _opener().open(request, timeout=TIMEOUT) as response:
            return bytes(response.read(_MOST_BYTES))
    except HTTPError as error:
        raise ChannelFailed(f"对方答复 HTTP {error.code}") from error
    except TimeoutError as error:
        raise ChannelFailed(f"{TIMEOUT} 秒没有答复") from error
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise ChannelFailed(f"连不上：{reason}") from error
