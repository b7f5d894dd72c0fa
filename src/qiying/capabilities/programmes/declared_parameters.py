"""Days of a task as dated parameters; no national number exists, each is a sample the district may change."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "任务清单"
LOCAL = "样例：区县自己的督办规矩，没有全国统一的数"


def _days(name: str, label: str, default: int, unit: str) -> None:
    declare_parameter(
        f"task.{name}", label, default, source=LOCAL, unit=unit, group=GROUP, is_assumption=True
    )


_days("due", "没有写期限的任务，几天内办完", 90, "天")
_days("statement", "每月进展最迟几号填", 25, "号")
_days("judge", "报了完成以后，几个工作日内核销", 10, "工作日")
_days("look_back", "核销以后多少天回头看", 90, "天")
_days("extensions", "一件任务最多延期几次", 2, "次")
