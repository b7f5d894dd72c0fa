"""The form of a list of supervision."""

from qiying.capabilities.oversight.models import RouteList
from qiying.kernel.registers.rows import row_form

list_form = row_form(
    RouteList,
    "name",
    "about",
    "route",
    "days",
    "source",
    "valid_from",
    "valid_to",
    hints={"about": "例：企业普遍反映、归一个单位管的", "source": "哪个文件定的；样例写“样例”"},
)
