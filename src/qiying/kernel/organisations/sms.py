"""Sending a short message: a protocol, a generic HTTP gateway, and the log for installations without one."""

import json
import logging
from typing import Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

logger = logging.getLogger(__name__)
TIMEOUT = 5  # seconds; the person waits on the page meanwhile


class SmsFailed(Exception):
    """The gateway did not take the message; the text says why, for the operator."""


class SmsGateway(Protocol):
    """An adapter to something that sends short messages."""

    def send(self, phone: str, text: str) -> None:
        """Hand one message over; raise `SmsFailed` when it was not taken."""


class LogSmsGateway:
    """Write messages to the log: for trying out, and until a gateway is connected."""

    def send(self, phone: str, text: str) -> None:
        logger.warning("没有接通短信网关，本该发给 %s：%s", phone, text)


class HttpSmsGateway:
    """POST `{"phone": …, "text": …}` as JSON with a bearer token to `QIYING_SMS_URL`; any 2xx is taken."""

    def __init__(self, url: str, token: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("QIYING_SMS_URL 要以 http:// 或 https:// 开头")
        self.url = url
        self.token = token

    def send(self, phone: str, text: str) -> None:
        body = json.dumps({"phone": phone, "text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310  scheme checked above
        try:
            with urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
                response.read(1024)
        except (URLError, OSError) as error:
            raise SmsFailed(str(error)) from error


def sms_gateway() -> SmsGateway:
    """Return the gateway of this installation."""
    env = settings.QIYING_ENV
    if not env.sms_url:
        return LogSmsGateway()
    return HttpSmsGateway(env.sms_url, env.sms_token.get_secret_value())
