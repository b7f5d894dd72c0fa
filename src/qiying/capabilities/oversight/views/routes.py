"""The lists by which problems find their route."""

from typing import Any

from qiying.capabilities.oversight.forms.routes import list_form
from qiying.capabilities.oversight.models import RouteList
from qiying.capabilities.oversight.services.routes import list_save
from qiying.capabilities.oversight.views.kept import kept_register
from qiying.kernel.organisations.listing import Column
from qiying.kernel.registers.register import Register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS
from qiying.kernel.registers.views import register_urls

LISTS: Register[Any] = kept_register(
    "lists",
    "督办清单",
    RouteList,
    [
        Column("清单", lambda r: r.name, "name", ("name",), url=lambda r: LISTS.row_url(r)),
        Column("什么样的问题", lambda r: r.about),
        Column("怎么督办", lambda r: r.get_route_display(), "route", ("route",)),
        Column("几个工作日", lambda r: r.days, "days", ("days",)),
        *TERM_COLUMNS,
        Column("依据", lambda r: r.source),
    ],
    service=list_save,
    listing={
        "tabs": TERM_TABS,
        "empty_title": "还没有清单",
        "empty_text": "先登记清单：什么样的问题归口办、领衔办、依法办，多少天给结果。四张够用，可以改。",
    },
    form=list_form,
    unique="name",
)
urlpatterns = register_urls(LISTS, "lists/")
