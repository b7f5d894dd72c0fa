"""Acts of cultivation, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(
    cultivation_title="称号",
    cultivation_platformscore="平台得分",
    cultivation_plan="培育计划",
    cultivation_perk="优享项目",
    cultivation_perkgrant="优享兑现",
    cultivation_star="清廉民企",
)
WORDS = {
    "what": "什么",
    "reason": "理由",
    "until": "有效到",
    "service": "服务",
    "places": "名额",
    "year": "年度",
    "document": "文号",
    "firm": "企业",
    "points": "得分",
    "taken_off": "核减",
    "stars": "几星",
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
    "quota": "下达优享名额",
    "grant": "给了优享名额",
    "deliver": "兑现优享",
    "release": "退回优享名额",
    "star_hand_in": "交清廉民企自评",
    "star_check": "核对清廉民企",
    "star_confirm": "定清廉民企星级",
    "star_refuse": "清廉民企没评上",
    "star_lapse": "清廉民企过期",
}.items():
    declare_act(f"cultivation.{_code}", _label, **WORDS)
