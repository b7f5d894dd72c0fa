"""A generic webhook: JSON with an HMAC-SHA256 signature the receiver can check.

`X-Qiying-Signature: sha256=<hex>` is the HMAC of `<timestamp>.<body>`; `X-Qiying-Delivery` stays the same
on every retry, so that the receiver can drop what it already has.
"""

import hashlib
import hmac
import json
import time

from qiying.kernel.notices.channels.base import Message
from qiying.kernel.notices.channels.http import post_bytes
from qiying.kernel.notices.models import ChannelEndpoint


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the value of `X-Qiying-Signature`."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


class WebhookChannel:
    """Tell another program what happened, with the facts the notice carries."""

    def send(self, endpoint: ChannelEndpoint, message: Message) -> None:
        payload = {
            "delivery": message.delivery_id,
            "event": message.template,
            "subject": message.subject,
            "title": message.title,
            "body": message.body,
            "url": message.url,
            "at": message.at.isoformat(),
            "data": message.context,
        }
        body = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
        headers = {"X-Qiying-Delivery": str(message.delivery_id), "X-Qiying-Event": message.template}
        if endpoint.secret:
            # The clock of this machine, at the moment of sending: receivers refuse old signatures.
            timestamp = str(int(time.time()))
            headers["X-Qiying-Timestamp"] = timestamp
            headers["X-Qiying-Signature"] = signature(endpoint.secret, timestamp, body)
        post_bytes(endpoint.url, body, headers)
