"""The request as our pages get it: who looks, and when; for type checkers and readers."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

from qiying.kernel.permissions.viewer import Viewer

if TYPE_CHECKING:
    from qiying.kernel.organisations.impersonation import Watching


class ViewerRequest(HttpRequest):
    """What `ViewerMiddleware` makes of a request; `now` is aware UTC, `today` the Shanghai date."""

    viewer: Viewer
    now: datetime
    today: date
    impersonation: "Watching | None"
