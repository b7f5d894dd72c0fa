"""Days of applications as dated parameters; a district overrides them with validity and source."""

from qiying.kernel.cases.parameters import declare_parameter

GROUP = "审批办事"
LAW = "《行政许可法》"
for _name, _label, _days, _source in (
    ("check", "看材料齐不齐", 5, f"{LAW}第三十二条"),
    ("law", "单项法定期限", 20, f"{LAW}第四十二条"),
    ("joint", "多项一起办的法定期限", 45, f"{LAW}第四十二条第二款"),
    ("joint_more", "多项一起办的，可以延长", 15, f"{LAW}第四十二条第二款"),
    ("certificate", "决定后发证", 10, f"{LAW}第四十四条"),
    ("material", "补正材料", 15, "区县承诺（样例）"),
    ("decide", "作出决定", 20, "事项的承诺时限；没有承诺的按法定"),
    ("survey", "踏勘评审", 20, f"{LAW}第四十五条：时间书面告知申请人"),
    ("whole", "一件事办结", 5, "一件事清单的承诺时限"),
    ("take", "综合窗口受理", 1, "区县承诺（样例）"),
    ("again", "复核后重新办理", 5, "区县承诺（样例）"),
    ("appeal_decide", "决定复核", 10, "区县承诺（样例）"),
    ("commitment_check", "核查承诺", 40, "国办发〔2020〕42号：事中事后核查（天数为区县承诺，样例）"),
):
    declare_parameter(f"approval.{_name}", _label, _days, source=_source, unit="工作日", group=GROUP)
declare_parameter("approval.appeal", "申请复核", 60, source="《行政复议法》第二十条", unit="天", group=GROUP)
