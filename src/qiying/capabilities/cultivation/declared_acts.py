"""Acts of cultivation, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(cultivation_platformscore="平台得分")
WORDS = {
    "what": "什么",
    "reason": "理由",
    "until": "有效到",
    "service": "服务",
}
for _code, _label in {
    "enter": "登记了一行培育台账",
    "change": "改了一行培育台账",
    "recheck": "登记复核通过",
    "doubt": "提出撤销称号",
    "keep": "定了不撤称号",
    "cancel": "撤销了称号",
    "expire": "称号到期",
    "drop": "不做培育计划了",
    "serve": "排了培育服务",
    "ask": "要了培育服务",
    "served": "做好了培育服务",
}.items():
    declare_act(f"cultivation.{_code}", _label, **WORDS)
