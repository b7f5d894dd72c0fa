"""E-mail through the installation's server, or into `data_dir/mail` when none is configured."""

from smtplib import SMTPException
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from qiying.kernel.notices.channels.base import ChannelFailed, Message
from qiying.kernel.organisations.models import Person

TIMEOUT = 15  # seconds


def connection_options(url: str) -> dict[str, Any]:
    """Return what Django's SMTP back-end needs from `smtp://user:password@host:port?tls=1` (or `smtps://`)."""
    parts = urlsplit(url)
    wants_tls = parse_qs(parts.query).get("tls", ["0"])[0] in {"1", "true"}
    is_ssl = parts.scheme == "smtps"
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or (465 if is_ssl else 587 if wants_tls else 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": is_ssl,
        "use_tls": wants_tls and not is_ssl,
        "timeout": TIMEOUT,
    }


class MailChannel:
    """To whoever left an address."""

    code = "email"
    label = "电子邮件"

    def address_of(self, person: Person) -> str:
        return person.email

    def is_on_by_default(self, role: str) -> bool:
        return True

    def send(self, address: str, message: Message) -> None:
        url = settings.QIYING_ENV.email_url
        options = connection_options(url) if url else {}
        body = "\n\n".join(part for part in (message.body, message.url) if part)
        # The same on every retry, so that a mail program shows it once.
        headers = {
            "Message-ID": f"<qiying-{message.delivery_id}@{settings.QIYING_ENV.email_from.partition('@')[2]}>"
        }
        mail = EmailMessage(message.title, body, settings.DEFAULT_FROM_EMAIL, [address], headers=headers)
        mail.connection = get_connection(**options)
        try:
            mail.send()
        except (SMTPException, OSError, ValueError) as error:
            raise ChannelFailed(f"邮件没发出：{error}"[:300]) from error
