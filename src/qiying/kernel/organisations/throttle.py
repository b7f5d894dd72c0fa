"""Counted attempts, in the database, so that all web processes of an installation count together.

An attempt is written before it is judged: whoever tries in parallel is counted too. Two queries a try.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Min, Q
from django.http import HttpRequest

from qiying.kernel.organisations.models import Attempt

KEPT = timedelta(days=2)


class Limit(NamedTuple):
    """At most `most` attempts by one key within `within`."""

    scope: str
    key: str
    most: int
    within: timedelta


class Exceeded(NamedTuple):
    """Which limit stopped an attempt, and after how long it may be tried again."""

    scope: str
    wait: timedelta

    @property
    def words(self) -> str:
        """Return the wait in words."""
        minutes = max(1, -(-int(self.wait.total_seconds()) // 60))
        return f"{minutes} 分钟" if minutes < 120 else f"{-(-minutes // 60)} 小时"


def keyed_digest(*parts: str) -> str:
    """Return an HMAC of the parts with this installation's key; the parts cannot be read back or guessed."""
    text = "\x00".join(parts)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def attempt(limits: Sequence[Limit], *, at: datetime) -> Exceeded | None:
    """Count one attempt against every limit; return the one that is exceeded, if any."""
    keys = [keyed_digest(limit.scope, limit.key) for limit in limits]
    Attempt.objects.bulk_create(
        [Attempt(scope=limit.scope, key=key, at=at) for limit, key in zip(limits, keys, strict=True)]
    )
    anything = Q()
    wanted: dict[str, Count | Min] = {}
    for i, (limit, key) in enumerate(zip(limits, keys, strict=True)):
        condition = Q(scope=limit.scope, key=key, at__gt=at - limit.within)
        anything |= condition
        wanted[f"count{i}"] = Count("pk", filter=condition)
        wanted[f"first{i}"] = Min("at", filter=condition)
    found = Attempt.objects.filter(anything).aggregate(**wanted)
    for i, limit in enumerate(limits):
        if found[f"count{i}"] > limit.most:
            return Exceeded(limit.scope, found[f"first{i}"] + limit.within - at)
    return None


def forget(limits: Sequence[Limit]) -> None:
    """Drop the attempts of a key after a success, so that a person's own slips do not add up."""
    mine = Q()
    for limit in limits:
        mine |= Q(scope=limit.scope, key=keyed_digest(limit.scope, limit.key))
    Attempt.objects.filter(mine).delete()


def attempts_purge(now: datetime) -> int:
    """Delete attempts too old for any limit; return how many. The worker calls it daily."""
    return Attempt.objects.filter(at__lt=now - KEPT).delete()[0]


def client_ip(request: HttpRequest) -> str:
    """Return the address of who asks: the last one in the chain that is not a trusted reverse proxy's own.

    What stands before it the client may have made up, and without a trusted proxy the whole header.
    """
    proxies = _networks(settings.QIYING_ENV.trusted_proxies)
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    chain = [*(part.strip() for part in forwarded), str(request.META.get("REMOTE_ADDR", ""))]
    for address in reversed(chain):
        if address and not _is_within(address, proxies):
            return address[:64]
    return chain[-1]


@lru_cache(maxsize=4)
def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def _is_within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
