"""What apps offer to the pages that put the house together: home tiles, navigation, and named readings.

Each app registers in its own `offers.py`, read once at first use. Whoever composes asks here and never imports the
app; an offer nobody made shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

Face = Literal["enterprise", "office"]
NAV_GROUPS: dict[str, str] = {
    "today": "今天",
    "desk": "受理台",
    "cases": "办件",
    "watch": "督查",
    "listening": "听企业说",
    "service": "办事服务",
    "growth": "助企成长",
    "enforcement": "执法检查",
    "congress": "人大监督",
    "learning": "学习",
    "policies": "政策",
    "numbers": "数字",
    "registers": "台账与设置",
}
"""The office's navigation by work, in order: code and label of each group."""


@dataclass(frozen=True)
class Tile:
    """One part of a home page: a template and what it shows, read there as `tile`.

    One that `leads` stands above what waits for the person.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    leads: bool = False


Render = Callable[[ViewerRequest], Tile | None]


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation for whoever has one of the roles, in the head of the page for whom it is `first`.

    `url_name` may be a path beginning with /.
    """

    code: str
    label: str
    url_name: str
    roles: frozenset[str]
    order: int
    group: str
    first: frozenset[str] = frozenset()
    count: Callable[[ViewerRequest], int | None] | None = None

    @property
    def url(self) -> str:
        """Return the address, empty while no app answers there."""
        return _address(self.url_name)


@dataclass(frozen=True)
class Way:
    """One way in from an enterprise's home: a picture with a word under it."""

    label: str
    url_name: str
    icon: str
    order: int
    for_all: bool

    @property
    def url(self) -> str:
        """Return the address, empty while no app answers there."""
        return _address(self.url_name)


_ways: dict[str, Way] = {}
_tiles: dict[tuple[str, str], tuple[int, Render]] = {}
_nav: dict[str, NavItem] = {}
_providers: dict[str, Callable[..., Any]] = {}


@cache
def discover() -> None:
    """Read each app's `offers.py` once, at first use."""
    autodiscover_modules("offers")


@cache
def _address(name: str) -> str:
    try:
        if not name.startswith("/"):
            return reverse(name)
        resolve(name)
    except (NoReverseMatch, Resolver404):
        return ""
    return name


def offer_tile(code: str, order: int, render: Render, *, face: Face = "enterprise") -> None:
    """Offer a tile for a home page; `render` returns None when it has nothing to say. Lower order stands higher."""
    if _tiles.setdefault((face, code), (order, render)) != (order, render):
        raise ValueError(f"首页的“{code}”登记了两次")


def tiles(request: ViewerRequest, face: Face) -> list[Tile]:
    """Return what the apps want to show this person on a home page, in order."""
    discover()
    wanted = sorted((order, code, render) for (f, code), (order, render) in _tiles.items() if f == face)
    return [tile for _, _, render in wanted if (tile := render(request)) is not None]


def offer_way(code: str, label: str, url_name: str, icon: str, order: int, *, for_all: bool = False) -> None:
    """Offer a way in on an enterprise's home: two to five characters under an icon.

    `url_name` may be a path beginning with /; `for_all` also stands where nobody speaks for an enterprise yet.
    """
    way = Way(label, url_name, icon, order, for_all)
    if not 2 <= len(label) <= 5 or _ways.setdefault(code, way) != way:
        raise ValueError(f"入口“{code}”登记错了：名字 2 到 5 个字，代码不能重复")


def ways(viewer: Viewer) -> list[Way]:
    """Return the ways in that somebody may take, in order."""
    discover()
    mine = (way for way in _ways.values() if way.for_all or viewer.enterprise_ids)
    return sorted((way for way in mine if way.url), key=lambda way: way.order)


def offer_nav(
    code: str,
    label: str,
    url_name: str,
    roles: Iterable[str],
    order: int,
    *,
    group: str,
    first: Iterable[str] = (),
    count: Callable[[ViewerRequest], int | None] | None = None,
) -> None:
    """Offer an entry of the office's navigation in its group of work; whose daily page it is has it at once."""
    item = NavItem(code, label, url_name, frozenset(roles), order, group, frozenset(first), count)
    if group not in NAV_GROUPS or not item.first <= item.roles or _nav.setdefault(code, item) != item:
        raise ValueError(f"栏目“{code}”登记错了：组只有 {'、'.join(NAV_GROUPS)}，代码不能重复")


def nav_items(viewer: Viewer) -> list[NavItem]:
    """Return the entries for a person's roles whose pages exist: group by group, in order."""
    discover()
    groups = list(NAV_GROUPS)
    mine = [i for i in _nav.values() if i.roles & viewer.roles and i.url]
    return sorted(mine, key=lambda i: (groups.index(i.group), i.order, i.code))


def provide(name: str, fn: Callable[..., Any]) -> None:
    """Offer a named reading to other capabilities; raise `ValueError` when the name is another's."""
    if _providers.setdefault(name, fn) is not fn:
        raise ValueError(f"“{name}”已由别的模块提供")


def provided(name: str) -> Callable[..., Any] | None:
    """Return a named reading, or None when no installed app provides it."""
    discover()
    return _providers.get(name)
