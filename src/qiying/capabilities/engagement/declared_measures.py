"""What sessions count, in the month they took place; the acts do the counting (S4-49, S4-50 of the reports)."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "sessions"
declare_measure(P, "issues", "提出的问题", "会上提出、并掉重复以后的问题和建议，开完会时数一次。")
declare_measure(P, "sessions", "开了几次", "开完了的会；取消的不算。", unit="次")
declare_measure(P, "entrepreneurs", "对话的企业家", "签到的企业代表，一人一次算一人次。", unit="人次")
declare_measure(P, "firms_met", "到会的企业", "有人签到的企业，一次会里一家算一家。", unit="家")
declare_measure(P, "leaders", "区领导出席", "签到的区领导，一人一次算一人次。", unit="人次")
declare_measure(P, "heads", "部门负责人出席", "签到的部门负责人，一人一次算一人次。", unit="人次")
declare_measure(P, "solved_there", "当场解决", "会上答复“当场解决”的；是不是真解决，看件里企业怎么说。")
declare_measure(P, "promised", "限期办理", "会上答应了日子的。")
declare_measure(P, "explained", "当场解释", "会上说清了现在为什么办不了的。")
declare_measure(P, "closed", "办结", "会上立的件，企业评价后核销的，算在核销那个月。")
declare_measure(P, "policies", "出台的政策和措施", "从会上的问题引出来的政策、规划和措施。", unit="项")
declare_measure(
    P, "firms_served", "惠及企业", "政策和措施登记的惠及企业数；一家受惠两项算两次。", unit="家次"
)
declare_rate(
    P, "closed_share", "办结率", "提出的问题里，企业评价后核销的占多少。", part=("closed",), whole=("issues",),
    left_out="核销算在核销那个月，刚开完的会还没来得及办",
)  # fmt: skip
declare_board(
    Board(
        procedure=P,
        label="政企面对面",
        came="issues",
        cards=(RateCard("closed_share", "件问题"),),
        rates=("closed_share",),
        acts=(
            "sessions",
            "entrepreneurs",
            "firms_met",
            "leaders",
            "heads",
            "solved_there",
            "promised",
            "explained",
            "policies",
        ),
        permission="engagement.sessions_view",
        order=60,
    )
)


V = "visits"
declare_measure(V, "visits", "走访", "记下来的走访，几个单位一起去算一次；检查不算。", unit="次")
declare_measure(V, "person_times", "走访的人次", "一次走访里每个单位去的算一人次。", unit="人次")
declare_measure(
    V, "firms", "走访企业", "当年第一次走访到的企业，一家一年算一次，加起来就是走访了多少家。", unit="家"
)
declare_measure(V, "problems", "企业说的问题", "走访时记下、立了件的问题。")
declare_measure(V, "closed", "办结的问题", "走访带回的问题办结的，算在办结那个月。")
declare_measure(V, "solved", "解决的问题", "企业自己说解决了的，算在那个月。")
declare_measure(V, "promises", "答应的事", "走访时当场答应、定了日子的。")
declare_measure(V, "promises_kept", "办到的事", "答应的事办到了的，算在办到那个月。")
declare_measure(V, "promises_in_time", "按时办到的事", "在答应的日子以前办到的。")
declare_measure(V, "policies", "讲的政策", "走访时讲给这家企业的政策，讲一条算一条。", unit="条")
declare_measure(V, "joint", "几个单位一起去的", "两个以上单位并成一次的走访。", unit="次")
declare_rate(
    V, "solved_share", "解决率", "走访时说的问题，企业自己说解决了的占多少。", part=("solved",), whole=("problems",),
    left_out="解决算在企业评价那个月，刚走访的还没来得及办",
)  # fmt: skip
declare_rate(
    V, "in_time_share", "按时兑现率", "办到的事里，在答应的日子以前办到的占多少。", part=("promises_in_time",),
    whole=("promises_kept",), left_out="还没办到的不在里面，过了日子没办到的看走访台账",
)  # fmt: skip
declare_board(
    Board(
        procedure=V,
        label="走访",
        came="visits",
        cards=(RateCard("solved_share", "件问题"), RateCard("in_time_share", "件办到的事")),
        rates=("solved_share", "in_time_share"),
        acts=("firms", "person_times", "problems", "closed", "solved", "promises", "policies", "joint"),
        permission="engagement.visits_district",
        order=61,
    )
)
S = "difficulty_submission"
declare_measure(S, "submitted", "呈报的难处", "几家企业走访时都说到、呈报政府的难处。")
declare_measure(S, "replied", "政府答复", "呈报以后政府答复的次数，退回再答复的再算一次。", unit="次")
