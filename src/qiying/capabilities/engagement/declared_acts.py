"""Acts of engagement, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(leading_seat="召集领导", service_group="服务组")
declare_act(
    "session_plan", "定了主题和召集领导", theme="主题", ground="为什么", leader="谁召集", note="轮值说明"
)
declare_act("session_collect", "会前报了问题", item="第几个", source="从哪里来")
declare_act("session_outcome", "记了会议成果", kind="是什么", title="名称", firms="惠及企业")
declare_act("leading_seat_save", "改了召集领导", group="哪套班子", person="领导", valid_to="止")
declare_act("service_group_save", "改了服务组", name="名称", units="单位")
# --- visits, resident officers, points
declare_subjects(
    campaign="走访活动", visit="走访", resident="驻企服务员", point="站点", point_kind="站点类别"
)
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
declare_act("point_kind_save", "改了站点类别", name="名称", visibility="谁看得到", channel="渠道")
declare_act("point_save", "改了站点", name="名称", unit="主管单位")
declare_act("point_end", "撤了站点", on="最后一天", reason="原因")
declare_act("point_activity", "记了站点活动", title="活动", people="多少人")
declare_act("point_problem", "从站点报了问题", number="办件号")
declare_act("note_raise", "把笔记转成了问题", number="办件号")
