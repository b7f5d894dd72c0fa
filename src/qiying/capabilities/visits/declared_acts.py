"""Acts of visits and resident officers, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(campaign="走访活动")
declare_act("campaign_save", "改了走访活动", name="名称", goal="目标", to="止")
declare_act("visit_plan", "安排了走访", firm="企业", unit="单位", on="哪天", reason="超出上限的理由")
declare_act("visit_join", "并进了走访，一起去", firm="企业", unit="单位", on="哪天", reason="理由")
declare_act("visit_move", "走访改了日子", before="原来", on="现在")
declare_act("visit_cancel", "取消了走访", reason="原因")
declare_act("visit_wish", "登记了企业愿不愿意被走访", opted_out="谢绝", until="到哪天", note="说明")
declare_act(
    "visit_report",
    "记了走访",
    on="哪天",
    problems="问题",
    promises="答应的事",
    photos="照片",
    facts="核对的情况",
)
declare_act("visit_promise_keep", "走访时答应的事办到了", text="答应了什么", result="结果")
declare_act("visit_promise_moved", "日历变了，答应的日子跟着变", before="原来", on="现在")
declare_act("inspection_note", "登记了一次检查", firm="企业", unit="单位", on="哪天")
declare_act("resident_term", "定了驻企服务员", person="谁", since="从哪天起")
declare_act("resident_firms", "把企业交给了服务员", count="几家", note="说明")
declare_act("resident_hand_over", "服务员交接", to="交给", count="几家", note="说明")
declare_act("resident_end", "服务员任期结束", on="最后一天", reason="原因")
declare_act("resident_message", "企业给服务员发了消息", firm="企业")
