"""Ways out of the house: each is an adapter that either sends or says why not."""

from qiying.kernel.notices.channels.base import (
    ChannelFailed,
    EndpointChannel,
    Message,
    PersonChannel,
    endpoint_channel,
    person_channels,
    register_endpoint_channel,
    register_person_channel,
)
from qiying.kernel.notices.channels.mail import MailChannel
from qiying.kernel.notices.channels.robots import DingTalkRobot, WeComRobot
from qiying.kernel.notices.channels.text_message import TextMessageChannel
from qiying.kernel.notices.channels.webhook import WebhookChannel
from qiying.kernel.notices.models import EndpointKind

register_person_channel(MailChannel())
register_person_channel(TextMessageChannel())
register_endpoint_channel(EndpointKind.WEBHOOK, WebhookChannel())
register_endpoint_channel(EndpointKind.WECOM, WeComRobot())
register_endpoint_channel(EndpointKind.DINGTALK, DingTalkRobot())

__all__ = [
    "ChannelFailed",
    "EndpointChannel",
    "Message",
    "PersonChannel",
    "endpoint_channel",
    "person_channels",
    "register_endpoint_channel",
    "register_person_channel",
]
