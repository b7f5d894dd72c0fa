"""The cast of publicity: who writes, who passes, the chief editor, a firm, an outsider."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from qiying.capabilities.publicity.models import Article, NewsColumn, Reach, Screen
from qiying.capabilities.publicity.services import article_publish, article_submit, row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.tests.walking import browser
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast

UNITS = {
    "desk": DESK,
    "supervision": SUPERVISION,
    "office": ("区司法局", ["handling"]),
    "other": ("区文旅局", ["handling"]),
    "jiwei": ("区纪委", ["discipline"]),
}
PEOPLE = {
    "chief": ("总编", "desk", "desk"),
    "chief2": ("副总编", "desk", "desk"),
    "writer": ("写稿的", "office", "handler"),
    "leader": ("司法局长", "office", "leader"),
    "stranger": ("别单位", "other", "handler"),
    "stranger2": ("别单位领导", "other", "leader"),
    "discipline": ("纪检", "jiwei", "discipline"),
    "supervisor": ("督查", "supervision", "supervisor"),
    "admin": ("运维", "desk", "admin"),
}
LINES = "优化营商环境，人人都是参与者\n企业有事打 0573-12345，一次说清"
MODELS = {"columns": NewsColumn, "articles": Article, "screens": Screen, "reaches": Reach}


class Press(World):
    """A district that writes about itself."""

    @property
    def today(self) -> date:
        return local_date(self.now)

    def keep(self, model: Any, who: str, row: Any = None, **values: Any) -> Any:
        """Keep a row as its register does."""
        given: dict[str, Any] = {"values": values, "names": list(values), "now": self.now}
        return row_keep(actor=self.viewer(who), model=model, row=row, **given)

    def article(self, who: str = "writer", **more: Any) -> Article:
        unit = self.units["desk" if who.startswith("chief") else "office"]
        told = {"title": "《条例》进园区", "unit": unit, "text": "# 讲了什么\n逐条讲。", "lines": LINES}
        made: Article = self.keep(Article, who, **{**told, "source": "区司法局供稿", **more})
        return made

    def published(self, who: str = "writer", by: str = "leader", **more: Any) -> Article:
        row = self.article(who, **more)
        article_submit(actor=self.viewer(who), row=row, now=self.now)
        return article_publish(actor=self.viewer(by), row=row, said="可以发", now=self.now)

    def screen(self, **more: Any) -> Screen:
        told = {
            "name": "大厅屏",
            "place": "区企业综合服务中心",
            "unit": self.units["desk"],
            "rows": 2,
            "chars": 8,
        }
        given = {**told, "turns": 4, "valid_from": self.today, "valid_to": None, **more}
        made: Screen = self.keep(Screen, "chief", **given)
        return made

    def browser(self, who: str | None) -> Client:
        return browser(self.people[who] if who else None)


def make_world() -> Press:
    return Press(**cast("宣传县", UNITS, PEOPLE))
