"""How long postings stand, how long a code and an unconfirmed intent live: the district's own, samples."""

from qiying.kernel.cases.parameters import declare_parameter

LOCAL = "样例：区县自己的约定，没有全国统一的数"


def _declared(name: str, label: str, value: int, unit: str) -> None:
    declare_parameter(
        f"matchmaking.{name}", label, value, source=LOCAL, unit=unit, group="链链看", is_assumption=True
    )


_declared("longest", "供需最多展示多久", 180, "天")
_declared("code_minutes", "对接码管几分钟", 10, "分钟")
_declared("confirm_days", "意向几天没确认就不算", 7, "天")
_declared("open_asks", "一家最多同时等几家回", 20, "家")
