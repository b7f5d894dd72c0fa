"""Acts around matchmaking, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(posting="供需", match="对接", intent="合作意向", chainlink="产业链环节")
WORDS = {"title": "名称", "reason": "理由", "who": "和谁", "on": "哪天", "count": "几条"}
for _code, _label in {
    "post": "发布供需",
    "show": "展示供需",
    "return": "退回供需",
    "end": "结束供需",
    "ask": "想对接",
    "accept": "愿意谈",
    "decline": "这次不谈",
    "withdraw": "收回对接",
    "intent": "提合作意向",
    "confirm": "确认意向",
    "refuse": "不确认意向",
    "contract": "报签了合同",
    "claim": "报落地",
    "check": "核对落地",
    "dead": "报没成",
    "past": "登记以前的意向",
    "link": "登记产业链环节",
}.items():
    declare_act(f"matchmaking.{_code}", _label, **WORDS)
