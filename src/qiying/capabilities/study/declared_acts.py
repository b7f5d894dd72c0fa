"""Acts of study, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

for _code, _label in {
    "keep": "登记学习",
    "hold": "开学习会",
    "open": "抽题开考",
    "sit": "开始考试",
    "answer": "交卷",
    "give": "布置述法",
    "certify": "发培训合格证",
}.items():
    declare_act(f"study.{_code}", _label, what="什么", points="得分", count="几个", year="哪一年")
