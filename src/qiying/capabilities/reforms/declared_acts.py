"""Acts around micro-reforms, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

WORDS = {
    "title": "名称",
    "where": "哪里",
    "until": "到哪天",
    "after": "改之后",
    "reason": "理由",
    "points": "分",
}
for _code, _label in {
    "propose": "提微改革",
    "try": "同意试点",
    "measure": "报试点效果",
    "adopt": "采用微改革",
    "drop": "不用微改革",
    "spread": "推开微改革",
    "elsewhere": "登记别处也在用",
    "mark": "评微改革",
}.items():
    declare_act(f"reforms.{_code}", _label, **WORDS)
