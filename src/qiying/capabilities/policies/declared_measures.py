"""What applications count, in words for the definitions page; the acts do the counting."""

from qiying.kernel.figures.boards import Board, Days, Definition, RateCard, Share, Shares, declare_board
from qiying.kernel.figures.definitions import Term, declare_measure, declare_rate

P = "policy_application"
WAYS = {"applied": "一键申报", "automatic": "免申即享", "instant": "即申即享", "counter": "窗口代报"}
REFUSALS = {
    "conditions": "条件不符合",
    "material": "材料没补齐",
    "duplicate": "已经享受过",
    "listed": "在负面清单上",
    "project": "同一项目已获支持",
    "objection": "公示异议成立",
    "other": "其他原因",
}
DAYS = "工作日，申报当天是 0"

declare_measure(P, "received", "申请", "企业申报的和系统免申办的，一家一次算一件。")
for _way, _words in WAYS.items():
    declare_measure(P, f"received_{_way}", f"申请（{_words}）", f"按{_words}来的申请。")
declare_measure(P, "accepted", "受理", "主办部门受理的申请；免申即享批准时就算受理。")
declare_measure(P, "material_asked", "请补材料", "请企业补材料的次数，一次把缺的都说全。", unit="次")
declare_measure(P, "co_agree", "联审同意", "联审部门说同意的意见。", unit="份")
declare_measure(P, "co_disagree", "联审不同意", "联审部门说不同意的意见，都写明了理由。", unit="份")
declare_measure(P, "review_days", "几个工作日审核完", "从受理到审核出结果过了几个工作日。", bucket="工作日")
declare_measure(P, "made_public", "公示", "向社会公示的次数，退回重审后再公示的再算。", unit="次")
declare_measure(P, "objected", "收到异议", "公示期里收到的异议。", unit="条")
declare_measure(P, "objection_upheld", "异议成立", "查明后成立的异议。", unit="条")
declare_measure(P, "approved", "核定", "核定兑现的申请，等资金的也算。")
for _way, _words in WAYS.items():
    declare_measure(P, f"approved_{_way}", f"核定（{_words}）", f"按{_words}来、核定兑现的。")
declare_measure(P, "granted_fen", "核定金额", "核定兑现的钱。", unit="分")
declare_measure(
    P, "decision_days", "几个工作日出结果", "从申报到核定或者决定不予兑现过了几个工作日。", bucket=DAYS
)
declare_measure(P, "paid", "兑现到账", "钱到了企业账上的申请；退汇后重付的再算一次。")
for _way, _words in WAYS.items():
    declare_measure(P, f"paid_{_way}", f"到账（{_words}）", f"按{_words}来、钱到了账上的。")
declare_measure(P, "paid_fen", "兑现金额", "付到企业账上的钱，退汇的减掉。", unit="分")
declare_measure(P, "delivered", "服务兑现", "不发钱的政策，承办部门已经兑现的。")
declare_measure(
    P, "money_days", "几个工作日到账", "从申报到钱到账（或者服务兑现）过了几个工作日。", bucket=DAYS
)
declare_measure(P, "payment_failed", "没付成", "银行退回、要重新付的次数。", unit="次")
declare_measure(P, "clawed", "追回", "钱追回来的次数。", unit="次")
declare_measure(P, "clawed_fen", "追回金额", "追回来的钱。", unit="分")
declare_measure(P, "refused", "不予兑现", "写明理由、决定不予兑现的申请。")
for _kind, _words in REFUSALS.items():
    declare_measure(P, f"refused_{_kind}", f"不予兑现（{_words}）", f"因为{_words}而不予兑现的。")
declare_measure(P, "appealed", "申请复核", "企业不服、申请督查部门复核的。")
declare_measure(P, "appeal_upheld", "复核成立", "督查部门认为企业有理、退回重审的。")
declare_measure(P, "withdrawn", "企业撤回", "企业自己撤回的，免申即享里不要的也算。")
declare_measure(P, "voided", "作废", "报错了的件，记录都还在。")
declare_measure(
    P,
    "satisfaction",
    "满意程度",
    "企业打的分；没打分的不算进来，更不算满意。",
    bucket="5 非常满意、4 满意、3 基本满意、2 不满意、1 非常不满意",
)
declare_measure(P, "reminder", "提醒", "期限过半，自动提醒。", unit="次")
declare_measure(P, "yellow", "黄牌", "期限用了八成，自动发黄牌。", unit="张")
declare_measure(P, "red", "红牌", "过了期限，自动发红牌。", unit="张")
declare_measure(P, "urging", "催办", "督查发的催办。", unit="份")

declare_rate(
    P,
    "automatic_share",
    "不用申报就到账",
    "这个月到账的件里，免申即享的占多少。",
    part=("paid_automatic",),
    whole=("paid",),
    left_out="不发钱的服务不在里面",
)
declare_rate(
    P,
    "refused_share",
    "不予兑现",
    "这个月出结果的件里，决定不予兑现的占多少。",
    part=("refused",),
    whole=("approved", "refused"),
    good="low",
)
declare_rate(
    P,
    "money_in_20",
    "20 个工作日到账",
    "这个月到账或兑现的件里，从申报起 20 个工作日以内的占多少。",
    part=(Term("money_days", at_most=20),),
    whole=("money_days",),
    left_out="还没到账的不在里面",
)
declare_rate(
    P,
    "satisfied",
    "好评",
    "打了分的里面，基本满意及以上的占多少（国办发〔2019〕51 号）。",
    part=(Term("satisfaction", at_least=3),),
    whole=("satisfaction",),
    left_out="没打分的不在里面",
)
declare_rate(
    P,
    "rated",
    "打分的企业",
    "这个月办完的件里，企业打了分的占多少。",
    part=("satisfaction",),
    whole=("paid", "delivered", "refused", "withdrawn"),
    left_out="上月办完、这月才打分的，打分算在这月",
    good="",
)

_STARS = (Term("satisfaction"),)
_STAR_WORDS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
_ARRIVED = "钱到账的那天，按所选时间"
DEFINITIONS = (
    Definition(
        "money",
        "兑现金额",
        "付到企业账上的钱，算在到账的那个月。退汇和追回不改以前的月份，在退回来的那个月单列为负数；"
        "净额是到账减退汇减追回。",
        "到账次数；退汇后重付的再算一次",
        _ARRIVED,
    ),
    Definition(
        "enterprises",
        "拿到钱的企业",
        "所选时间里钱到了账上、没有退汇的企业，一家只算一次；追回的仍然算拿到过。",
        "同一时间里申请过的企业",
        _ARRIVED,
    ),
    Definition(
        "without",
        "不用申报或一次确认就到账",
        "到账的里面，免申即享（企业什么也不用做）和即申即享（确认一次）合起来占多少。不发钱的服务不在里面。",
        "到账次数",
        _ARRIVED,
    ),
    Definition(
        "reach",
        "触达",
        "在用的政策，一家企业对一项政策算一次：现在符合的、推送过的、打开看过的、申请过的、兑现过的。"
        "后面三步是累计数，符合是最近一次匹配的数，所以不一定一步比一步少。",
        "现在符合的",
        "匹配以最近一次计算为准，其余到现在",
    ),
    Definition(
        "budget",
        "资金使用",
        "下达减去核减是能用的；预留是在审的申请占着的，已核定是等支付的，已支付扣掉了追回。数都来自资金账。",
        "当年下达的资金",
        "预算年度，到现在",
    ),
)
_ENDED = tuple(Term(m) for m in ("paid", "delivered", "refused", "withdrawn"))
declare_board(
    Board(
        P,
        "政策申请",
        came="received",
        title="政策兑现",
        cards=(RateCard("satisfied", "件打了分"),),
        days=Days(
            "money_days",
            "从申报到到账",
            "从申报到到账几个工作日",
            "申报当天是 0，按工作日算",
            "次到账和兑现",
            groups=((0, 0), (1, 3), (4, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, None)),
            within=(20, 30),
        ),
        unit_rates={"money_in_20": "20 天内 / 到账", "refused_share": "不予兑现 / 出结果"},
        category_title="申请的是哪一类",
        category_label="主题",
        shares=(
            Shares(
                "ways",
                "怎么来申请的",
                tuple(Share(w, (Term(f"received_{c}"),)) for c, w in WAYS.items()),
                (Term("received"),),
                is_chart=True,
            ),
            Shares(
                "reasons",
                "为什么没给",
                tuple(Share(w, (Term(f"refused_{c}"),)) for c, w in REFUSALS.items()),
                (Term("refused"),),
                is_chart=True,
            ),
            Shares(
                "said",
                "企业怎么说",
                (
                    *(Share(w, (Term("satisfaction", k, k),)) for k, w in _STAR_WORDS.items()),
                    Share("没打分", _ENDED, less=_STARS, aside="不算满意"),
                ),
                _STARS,
                note="占打了分的",
            ),
        ),
        rates=("automatic_share", "refused_share", "money_in_20", "satisfied", "rated"),
        acts=(
            "yellow",
            "red",
            "urging",
            "material_asked",
            "objected",
            "appealed",
            "payment_failed",
            "clawed",
        ),
        definitions=DEFINITIONS,
        permission="policies.numbers",
        rows_url="policies:numbers_rows",
        rows_permission="policies.reach",
        months=12,
        order=20,
    )
)
