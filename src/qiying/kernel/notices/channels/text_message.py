"""Short messages through the gateway organisations knows; only where one is connected."""

from django.conf import settings

from qiying.kernel.notices.channels.base import ChannelFailed, Message
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.sms import SmsFailed, sms_gateway

_LONGEST = 200  # characters: three parts of a long message


class TextMessageChannel:
    """To phones; by default to enterprises only, officials have the office."""

    code = "sms"
    label = "短信"

    def address_of(self, person: Person) -> str:
        # Without a gateway a message would only be logged, and "sent" would be untrue.
        return (person.phone or "") if settings.QIYING_ENV.sms_url else ""

    def is_on_by_default(self, role: str) -> bool:
        return role == "clerk"

    def send(self, address: str, message: Message) -> None:
        room = _LONGEST - len(message.url) - 1
        text = message.title if not message.body else f"{message.title}：{message.body}"
        words = " ".join(text.split())
        if len(words) > room:
            words = words[: room - 1] + "…"
        try:
            sms_gateway().send(address, f"{words} {message.url}".strip())
        except SmsFailed as error:
            raise ChannelFailed(f"短信没发出：{error}"[:300]) from error
