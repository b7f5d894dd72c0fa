"""The frame around every page: who is signed in, where he can go, what he has not read. At most one query."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet, Subquery
from django.urls import NoReverseMatch, reverse

from qiying.kernel.notices.selectors import unread_matters
from qiying.kernel.organisations.models import District, Person
from qiying.kernel.organisations.offers import NAV_GROUPS, NavItem, nav_items
from qiying.kernel.organisations.passwords import is_demo_mode
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import BELL_CAP, CountOf, bell, first_row
from qiying.kernel.permissions.viewer import Viewer

TABS = (
    ("首页", "portal:home", "home", ("portal",)),
    ("政策", "policies:mine", "gift", ("policies",)),
    ("办件", "mine:cases", "list", ("mine", "service_requests", "cases")),
    ("我的", "organisations:mine", "user", ("organisations", "enterprises", "notices")),
)
"""Label, page, icon, and the apps whose pages belong under the tab; messages are the bell on top of every page."""


class Site(NamedTuple):
    """The district in whose name the page speaks, the matters with unread messages, and what waits for the person."""

    name: str
    unread: int
    waits: int


class Shell:
    """Everything lazily: a fragment or a file that shows no frame asks nothing."""

    def __init__(self, request: ViewerRequest) -> None:
        self.request = request
        self.viewer = getattr(request, "viewer", None)

    @property
    def is_signed_in(self) -> bool:
        return self.viewer is not None and self.viewer.is_authenticated

    @property
    def is_office(self) -> bool:
        return self.viewer is not None and bool(self.viewer.memberships)

    @cached_property
    def site_row(self) -> Site:
        """Return district, unread and waiting together; signed out, the only district there is."""
        if not self.is_signed_in or self.viewer is None or self.viewer.district_id is None:
            return Site(_only_district(), 0, 0)
        found = first_row(_frame, self.viewer, self.request.today)
        return Site(found.get("site") or "", found.get("unread") or 0, found.get("waits") or 0)

    @cached_property
    def site(self) -> str:
        name = self.site_row.name
        return f"{name} · 演示" if is_demo_mode() and name else name or ("演示" if is_demo_mode() else "")

    @property
    def unread(self) -> int:
        """Return what the bell counts: matters with unread messages and what waits for the person."""
        return self.site_row.unread + self.site_row.waits

    @property
    def news(self) -> int:
        """Return how many matters have unread messages."""
        return self.site_row.unread

    @cached_property
    def _items(self) -> list[NavItem]:
        return nav_items(self.viewer) if self.is_office and self.viewer is not None else []

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        """Return the pages a person comes for every day."""
        return [
            {**self._link(i), "count": i.count(self.request) if i.count else None}
            for i in self._items
            if self._is_daily(i)
        ]

    @cached_property
    def more(self) -> list[dict[str, Any]]:
        """Return the other pages by their work: label of each group and its links."""
        rest = [i for i in self._items if not self._is_daily(i)]
        found = groupby(rest, key=lambda i: i.group)
        return [
            {"label": NAV_GROUPS[group], "links": [self._link(i) for i in items]} for group, items in found
        ]

    @property
    def pages(self) -> list[tuple[str, str, str]]:
        """Return every page the person can go to: its label, its address, the work it belongs to."""
        tabs = [(tab["label"], tab["url"], "") for tab in self.tabs]
        own = [(entry["label"], entry["url"], "") for entry in self.menu]
        return [*((i.label, i.url, NAV_GROUPS[i.group]) for i in self._items), *tabs, *own]

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        """Return the phone's tabs; an office that opens a phone page keeps its own navigation instead."""
        if not self.is_signed_in or self.is_office:
            return []
        match = self.request.resolver_match
        here = match.namespace if match else ""
        return [
            {"label": label, "url": url, "icon": icon, "count": None, "current": here in apps}
            for label, name, icon, apps in TABS
            if (url := address(name))
        ]

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        if not self.is_signed_in or self.viewer is None:
            return []
        own = [("我的", "organisations:mine", "user"), ("消息设置", "notices:preferences", "bell")]
        return [
            {"label": label, "url": url, "icon": icon, "current": self.request.path == url}
            for label, name, icon in own
            if (url := address(name))
        ]

    @cached_property
    def person(self) -> dict[str, str] | None:
        if not self.is_signed_in or self.viewer is None:
            return None
        unit = self.viewer.memberships[0].unit_name if self.viewer.memberships else ""
        return {"name": self.viewer.name, "unit": unit, "initial": self.viewer.name[:1]}

    @property
    def search_url(self) -> str:
        return address("portal:search") if self.is_signed_in else ""

    @property
    def inbox_url(self) -> str:
        return address("notices:inbox") if self.is_signed_in else ""

    def _is_daily(self, item: NavItem) -> bool:
        return self.viewer is not None and bool(item.first & self.viewer.roles)

    @cached_property
    def _here(self) -> str:
        """Return the address of the entry the page belongs to: the longest that begins its path."""
        path = self.request.path
        under = [i.url for i in self._items if path == i.url or (i.url != "/" and path.startswith(i.url))]
        return max(under, key=len, default="")

    def _link(self, item: NavItem) -> dict[str, Any]:
        return {"label": item.label, "url": item.url, "current": item.url == self._here}


def shell_of(request: ViewerRequest) -> Shell:
    """Return the frame of a request, one for the page and what stands in it."""
    kept: Shell | None = getattr(request, "shell", None)
    if kept is None:
        kept = Shell(request)
        request.shell = kept  # type: ignore[attr-defined]
    return kept


def _frame(viewer: Viewer, today: date) -> QuerySet[Any]:
    """Return the one row of the frame: district, unread messages by matter, what waits."""
    site = District.objects.filter(pk=viewer.district_id or 0).values("name")
    rows = Person.objects.filter(pk=viewer.person_id or 0).order_by()
    counted = {
        "unread": CountOf(unread_matters(viewer.person_id or 0), BELL_CAP),
        "waits": bell(viewer, today),
    }
    return rows.annotate(site=Subquery(site), **counted).values("site", "unread", "waits")


def address(name: str) -> str:
    """Return a page's address, empty while no app has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _only_district() -> str:
    rows = District.objects.filter(is_demo=is_demo_mode()).order_by("id").values_list("name", "settings")[:3]
    names = [name for name, settings in rows if not settings.get("is_history")]
    return names[0] if len(names) == 1 else ""
