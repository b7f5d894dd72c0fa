"""Acts of engagement, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(leading_seat="召集领导", service_group="服务组", point_kind="站点类别")
declare_act(
    "session_plan", "定了主题和召集领导", theme="主题", ground="为什么", leader="谁召集", note="轮值说明"
)
declare_act("session_collect", "会前报了问题", item="第几个", source="从哪里来")
declare_act("session_outcome", "记了会议成果", kind="是什么", title="名称", firms="惠及企业")
declare_act("leading_seat_save", "改了召集领导", group="哪套班子", person="领导", valid_to="止")
declare_act("service_group_save", "改了服务组", name="名称", units="单位")
declare_act("point_kind_save", "改了站点类别", name="名称", visibility="谁看得到", channel="渠道")
declare_act("point_save", "改了站点", name="名称", unit="主管单位")
declare_act("point_end", "撤了站点", on="最后一天", reason="原因")
declare_act("point_activity", "记了站点活动", title="活动", people="多少人")
declare_act("point_problem", "从站点报了问题", number="办件号")
declare_act("note_raise", "把笔记转成了问题", number="办件号")
