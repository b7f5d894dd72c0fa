"""Group robots of WeCom and DingTalk: both answer 200 with an error code inside."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from typing import Any
from urllib.parse import quote_plus

from qiying.kernel.notices.channels.base import ChannelFailed, Message
from qiying.kernel.notices.channels.http import post_json
from qiying.kernel.notices.models import ChannelEndpoint

_LONGEST = 1800  # bytes; WeCom takes 2048 of text


def _shortened(text: str) -> str:
    raw = text.encode()
    return text if len(raw) <= _LONGEST else raw[:_LONGEST].decode("utf-8", "ignore") + "…"


def _checked(answer: bytes) -> None:
    try:
        data: Any = json.loads(answer)
        code, words = int(data["errcode"]), str(data.get("errmsg", ""))
    except (ValueError, KeyError, TypeError):
        raise ChannelFailed("对方的答复看不懂，地址可能不是机器人的") from None
    if code:
        raise ChannelFailed(f"机器人没收：{code} {words}"[:300])


class WeComRobot:
    """企业微信群机器人."""

    def send(self, endpoint: ChannelEndpoint, message: Message) -> None:
        payload = {"msgtype": "text", "text": {"content": _shortened(message.text)}}
        _checked(post_json(endpoint.url, payload))


class DingTalkRobot:
    """钉钉群机器人; with a secret the request is signed (加签)."""

    def send(self, endpoint: ChannelEndpoint, message: Message) -> None:
        url = endpoint.url
        if endpoint.secret:
            url += ("&" if "?" in url else "?") + dingtalk_sign(endpoint.secret, int(time.time() * 1000))
        payload = {"msgtype": "text", "text": {"content": _shortened(message.text)}}
        _checked(post_json(url, payload))


def dingtalk_sign(secret: str, milliseconds: int) -> str:
    """Return `timestamp=…&sign=…`: HMAC-SHA256 of timestamp, newline, secret, in Base64."""
    text = f"{milliseconds}\n{secret}".encode()
    sign = b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
    return f"timestamp={milliseconds}&sign={quote_plus(sign)}"
