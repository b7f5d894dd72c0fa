"""The cast of programmes: who gives and writes off, two duty units, the congress, supervision, an outsider."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.organisations.tests.factories import TODAY

EVIDENCE = {"text": "三条线都开通了，日均运 1200 人", "evidence": "区交通局网站 11 月 20 日公告"}
CHECK = {"checked": "site", "note": "早高峰坐了一趟，班次对得上"}


class TaskWorld(World):
    """A district in which tasks are given."""

    def given(self, **changes: Any) -> dict[str, Any]:
        """Return what a task is opened with."""
        return {
            "title": "开通三条园区接驳专线",
            "text": "高峰 10 分钟一班",
            "unit": self.units["traffic"].pk,
            "person": self.people["handler"].pk,
            "co_units": [self.units["park"].pk],
            "judge_unit": self.units["desk"].pk,
            "result_to_show": "三条线开通，高峰 10 分钟一班",
            "due_on": self.days(60),
            "waits_for": [],
            "origin": "opinion:12",
            "origin_label": "审议意见第 12 条",
            **changes,
        }

    def task(self, who: str = "desk", **changes: Any) -> Case:
        """Open a task by code, as another capability does."""
        return case_open(
            procedure="task",
            actor=self.viewer(who),
            data=self.given(**changes),
            now=self.now,
            district_id=self.district.pk,
        )

    def done(self, **changes: Any) -> Case:
        """Return a task that was written off."""
        case = self.act(self.task(**changes), "handler", "claim", **EVIDENCE)
        return self.act(case, "desk", "write_off", **CHECK)

    def days(self, days: int) -> date:
        return TODAY + timedelta(days=days)


@kept
def make_world() -> TaskWorld:
    return TaskWorld(
        **cast(
            "任务区",
            {
                "desk": DESK,
                "traffic": ("区交通局", ["handling"]),
                "park": ("园区管委会", ["handling"]),
                "congress": ("人大财经工委", ["oversight"]),
                "supervision": SUPERVISION,
                "leaders": ("区领导", ["leadership"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "desk_leader": ("营商办主任", "desk", "leader"),
                "liaison": ("联络", "traffic", "liaison"),
                "handler": ("经办", "traffic", "handler"),
                "leader": ("局长", "traffic", "leader"),
                "park": ("园区", "park", "handler"),
                "congress": ("人大干部", "congress", "leader"),
                "deputy": ("代表", "congress", "deputy"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
