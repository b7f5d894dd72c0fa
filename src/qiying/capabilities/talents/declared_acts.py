"""Acts on talents, as the audit page names them; nobody's name stands in them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(talent="人才", programme="人才计划", nomination="人才申报")
for _code, _label in {
    "enter": "登记了一位同意入库的人",
    "change": "改了人才登记",
    "revoke": "本人撤回了同意",
    "erase": "按本人要求删去",
    "need": "企业要人",
    "need_close": "企业不用找了",
    "introduce": "介绍给企业",
    "answer": "记了介绍的结果",
    "programme": "登记人才计划",
    "nominate": "报了人才计划",
    "result": "记了人才计划的结果",
}.items():
    declare_act(f"talents.{_code}", _label, what="什么", state="结果")
