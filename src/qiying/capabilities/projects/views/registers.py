"""The registers of projects: the eight offices, published grounds of the green channel, baselines."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.projects.models import Baseline, Ground, Office
from qiying.capabilities.projects.services.keeping import row_keep
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS
from qiying.kernel.registers.views import register_urls

TERM = ("valid_from", "valid_to")
OF_ALL: dict[str, Any] = {
    "keep": row_keep,
    "sees": ("projects.view", "projects.watch"),
    "edits": ("projects.keep",),
}


def _listing(empty: str, text: str) -> dict[str, Any]:
    return {"tabs": TERM_TABS, "empty_title": empty, "empty_text": text}


OFFICES = kept_register(
    "projects", "offices", "八办", Office, ("code", "unit", "head", "days", "source", *TERM_COLUMNS),
    fields=("code", "unit", "head", "days", "source", *TERM), related=("unit",), noun="办",
    listing=_listing("还没有设八办", "八个办都设好了，才能登记签约项目。"),
    hint="五办加三办：谁的、几个工作日办完它那一段。换单位先结束原来的。", **OF_ALL,
)  # fmt: skip
GROUNDS = kept_register(
    "projects", "grounds", "绿色通道条件", Ground, ("title", "source", "published_on", *TERM_COLUMNS), unique="title",
    fields=("title", "source", "published_on", *TERM), noun="条件",
    listing=_listing("还没有公布条件", "写下公布了的条件和文件，没有公布的不能用。"),
    hint="只有公布了的条件才能走绿色通道，另一个人批。", **OF_ALL,
)  # fmt: skip
BASELINES = kept_register(
    "projects", "baselines", "办理天数基线", Baseline,
    ("label", "days", "is_before", "projects", "source", *TERM_COLUMNS), noun="基线",
    fields=("label", "days", "is_before", "projects", "source", *TERM),
    listing=_listing("还没有基线", "写下哪份材料里说的天数，现在的天数和它比。"),
    hint="天数从哪里来、哪天起算数，都写清楚；现在的天数由系统从项目里算。", **OF_ALL,
)  # fmt: skip
urlpatterns = [
    *register_urls(OFFICES, "projects/offices/"),
    *register_urls(GROUNDS, "projects/grounds/"),
    *register_urls(BASELINES, "projects/baselines/"),
]
