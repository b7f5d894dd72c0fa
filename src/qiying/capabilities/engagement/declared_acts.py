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
