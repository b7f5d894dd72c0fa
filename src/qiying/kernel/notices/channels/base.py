"""What a channel is, and which there are."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from qiying.kernel.notices.models import ChannelEndpoint
from qiying.kernel.organisations.models import Person


class ChannelFailed(Exception):
    """The message was not taken; the text says why, for the operator's page."""


@dataclass(frozen=True)
class Message:
    """One message as a channel sees it; `url` is absolute or empty, `delivery_id` stays the same on retries."""

    delivery_id: int
    title: str
    body: str
    url: str
    template: str
    subject: str
    at: datetime
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return title, body and link as plain text."""
        return "\n".join(part for part in (self.title, self.body, self.url) if part)


class PersonChannel(Protocol):
    """A way to one person, who may switch it on or off."""

    code: str
    label: str

    def address_of(self, person: Person) -> str:
        """Return where to reach the person; empty when this channel cannot."""

    def is_on_by_default(self, role: str) -> bool:
        """Tell whether somebody spoken to in this role gets it without asking."""

    def send(self, address: str, message: Message) -> None:
        """Hand the message over; raise `ChannelFailed`."""


class EndpointChannel(Protocol):
    """A way to a program of others."""

    def send(self, endpoint: ChannelEndpoint, message: Message) -> None:
        """Hand the message over; raise `ChannelFailed`."""


_PERSON: dict[str, PersonChannel] = {}
_ENDPOINT: dict[str, EndpointChannel] = {}


def register_person_channel(channel: PersonChannel) -> None:
    """Add or replace the channel of this code."""
    _PERSON[channel.code] = channel


def register_endpoint_channel(kind: str, channel: EndpointChannel) -> None:
    """Say which adapter serves endpoints of a kind."""
    _ENDPOINT[kind] = channel


def person_channels() -> dict[str, PersonChannel]:
    """Return the channels to people by code."""
    return dict(_PERSON)


def endpoint_channel(kind: str) -> EndpointChannel:
    """Return the adapter of a kind; raise `ChannelFailed` when there is none."""
    try:
        return _ENDPOINT[kind]
    except KeyError:
        raise ChannelFailed(f"没有安装「{kind}」这种外发渠道") from None
