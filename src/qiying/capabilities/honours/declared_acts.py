"""Acts on perks and clean firms, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

WORDS = {
    "what": "什么",
    "reason": "理由",
    "places": "名额",
    "year": "年度",
    "document": "文号",
    "firm": "企业",
    "points": "得分",
    "taken_off": "核减",
    "stars": "几星",
}
for _code, _label in {
    "perk": "登记或改了优享项目",
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
    declare_act(f"honours.{_code}", _label, **WORDS)
