"""How often one token may call."""

from time import time

from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from qiying.kernel.organisations.throttle import client_ip

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_rate(rate: str) -> tuple[int, int]:
    """Return requests and seconds of `600/m`; raise ValueError on another form."""
    count, _, period = rate.partition("/")
    if period not in PERIODS or not count.isdigit() or int(count) < 1:
        raise ValueError(f"频率写成 600/m 这样（s 秒、m 分、h 时、d 天），收到的是 {rate!r}")
    return int(count), PERIODS[period]


class TokenThrottle(BaseThrottle):
    """A fixed window per token, else per address, counted in each web process's own memory.

    The limit protects the server from a runaway client; it is not a quota, so processes need not agree.
    """

    def __init__(self, rate: str) -> None:
        self.count, self.seconds = parse_rate(rate)
        self._wait = float(self.seconds)

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request; refuse it past the limit of the present window."""
        token = getattr(request, "auth", None)
        who = f"t{token.pk}" if token is not None else f"a{client_ip(request)}"
        window, into = divmod(time(), self.seconds)
        self._wait = self.seconds - into
        key = f"api-throttle:{who}:{int(window)}"
        if cache.add(key, 1, self.seconds):
            return True
        return int(cache.incr(key)) <= self.count

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self._wait
