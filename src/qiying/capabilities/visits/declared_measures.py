"""What visits and the difficulties told on them count; the acts do the counting."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

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
