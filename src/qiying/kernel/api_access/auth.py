"""Who calls: the bearer token of a request becomes its viewer."""

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from qiying.kernel.api_access.models import ApiToken
from qiying.kernel.api_access.selectors import token_by_secret
from qiying.kernel.api_access.services import api_token_used
from qiying.kernel.audit.clock import local_date, utc_now
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.requests import ViewerRequest


class ApiRequest(ViewerRequest):
    """What a route may rely on once the token was accepted."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """`Authorization: Bearer qy_…`; sets `request.viewer`, `now` and `today`. Cookies are not accepted."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token's row, or None, which is answered with 401."""
        calling = cast(ApiRequest, request)
        now = utc_now()
        row = token_by_secret(token, now)
        if row is None:
            return None
        today = local_date(now)
        api_token_used(token=row, on=today)
        calling.now, calling.today = now, today
        calling.viewer = viewer_for(row.person, today)
        return row
