"""Acts on gatherings, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("gathering_save", "建了或改了会议活动", title="主题", on="日期", kind="种类")
declare_act("gathering_move", "会议活动进入下一阶段", phase="阶段", excuse="说明", guards="没满足的")
declare_act("gathering_invite", "加了来的人", who="谁", role="身份")
declare_act("gathering_answer", "回了邀请", who="谁", state="回音", note="说明")
declare_act(
    "gathering_check_in",
    "签到",
    who="谁",
    how="怎么签的",
    by_hand="工作人员代签",
    code="扫码",
    by_enterprise_code="扫企业码",
    own="自己签",
)
declare_act("gathering_code", "换了签到码")
declare_act("gathering_item_take", "接了会上派的事", item="第几个")
declare_act("gathering_item_done", "办完了会上答应的事", item="第几个", result="结果")
declare_act("gathering_item_case", "把会上的问题立了件", item="第几个", number="办件号")
declare_act("gathering_item_join", "并了会前收集的重复问题", item="第几个", into="并入")
declare_act("gathering_item_told", "把结果告诉了提问题的人", item="第几个", how="怎么说的")
declare_act("gathering_letter", "发了函", letter="哪种", number="字号", unit="主送")
declare_act("gathering_day_moved", "工作日历变了，日子跟着变", what="哪一件", before="原来", after="现在")
declare_act("gathering_photo", "存了照片或材料", name="文件名")
