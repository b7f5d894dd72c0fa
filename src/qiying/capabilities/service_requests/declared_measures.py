"""What the service request counts, in words for the definitions page; the acts do the counting."""

from qiying.kernel.figures.boards import Board, Days, RateCard, Share, Shares, declare_board
from qiying.kernel.figures.definitions import Term, declare_measure, declare_rate

P = "service_request"
PEOPLE = "按企业自己说的算，一版答复一次"

# --- coming in and going out -----------------------------------------------------------
declare_measure(P, "received", "来件", "登记进来的事项；一份来件拆成几件，就算几件。")
declare_measure(P, "accepted", "受理", "受理台看过、定了类别和期限的事项。")
declare_measure(P, "assigned", "交办", "交给一家主办单位办，一次算一件；退回后改交别家，再算一件。")
declare_measure(
    P,
    "assign_days",
    "几个工作日交办",
    "第一次交办时，从收件到交办过了几个工作日。",
    bucket="工作日，收件当天是 0",
)
declare_measure(P, "taken", "签收", "单位签收的交办，一家单位算一件，主办、协办都算。")
declare_measure(P, "taken_in_time", "按时签收", "主办单位在签收期限以内签收的交办。")
declare_measure(P, "returned", "退回", "单位说不归自己办、退回来的交办。")
declare_measure(P, "joined_in", "并入来件", "和别的件说的是一件事、并进来一起办的来件。", unit="份")
declare_measure(P, "joined", "被并走", "并到别的件里去办、自己结束的件。")
declare_measure(P, "split", "拆分", "一份来件说了几件事，另外拆出来立的件。")
declare_measure(P, "transferred_up", "上交市级", "转到市级平台办的件。")
declare_measure(P, "voided", "作废", "登记错了或者导入撤销的件；记录都还在。")

# --- handling ----------------------------------------------------------------------------
declare_measure(P, "co_answered", "交协办意见", "协办单位交来的意见。", unit="份")
declare_measure(P, "interim", "阶段答复", "还没办完、先告诉企业办到哪一步的答复。", unit="次")
declare_measure(P, "material_asked", "请补材料", "请企业补材料的次数，一次把缺的都说全。", unit="次")
declare_measure(P, "extended", "延期", "督查批了延期的次数；承诺的日子不变，照样算。", unit="次")
declare_measure(P, "suspended", "停办", "督查批了停办的次数，停办的日子不计。", unit="次")
declare_measure(P, "letters", "发函", "发出的交办函、催办函。", unit="份")
for _code, _words in (
    ("conference", "会商"),
    ("site_survey", "现场察看"),
    ("coordination", "协调会"),
):
    declare_measure(P, f"meeting_{_code}", _words, f"为一件事开展的{_words}。", unit="次")

# --- the answer --------------------------------------------------------------------------
declare_measure(P, "answered", "答复", "给企业的正式答复；企业说没解决、重新答复的，再算一次。")
declare_measure(P, "answered_in_time", "按时答复", "答复当天没过承诺的日子；批了延期也按原来的日子算。")
declare_measure(P, "answered_late", "超期答复", "答复当天已经过了承诺的日子。")
declare_measure(
    P,
    "answer_days",
    "几个工作日答复",
    "从收件到这次答复过了几个工作日，按国务院公布的放假和调休算。",
    bucket="工作日，收件当天是 0",
)
declare_measure(P, "declared_unsolvable", "说现在办不了", "单位说现在办不了、申请解释备案的件。")

# --- the asker's word ----------------------------------------------------------------------
declare_measure(P, "verdict_solved", "企业说解决了", f"企业对这版答复说解决了；{PEOPLE}。")
declare_measure(P, "verdict_partly", "企业说部分解决", f"企业对这版答复说解决了一部分；{PEOPLE}。")
declare_measure(P, "verdict_not_solved", "企业说没解决", f"企业对这版答复说没解决，退回去重办；{PEOPLE}。")
declare_measure(P, "verdict_by_callback", "电话回访得到的评价", "回访员打电话问来、代企业记下的评价。")
declare_measure(
    P,
    "satisfaction",
    "满意程度",
    "企业打的分；没打分的不算进来，更不算满意。",
    bucket="5 非常满意、4 满意、3 基本满意、2 不满意、1 非常不满意",
)
declare_measure(P, "refused", "退回重办", "企业说没解决、退回单位重办的次数。", unit="次")
declare_measure(P, "contacted", "联系上了", "打电话或上门，联系上企业的次数。", unit="次")
declare_measure(P, "not_reached", "没联系上", "打电话或上门，没联系上企业的次数。", unit="次")
declare_measure(P, "waiting_days", "等评价几天", "答复以后等企业评价过了几个工作日。", bucket="工作日")

# --- the end -------------------------------------------------------------------------------
declare_measure(P, "closed", "核销", "评价过、或者第二个人批了的例外，真正了结的件。")
declare_measure(P, "closed_solved", "说解决了而核销", "企业说解决了，核销。")
declare_measure(P, "closed_partly", "部分解决而核销", "企业说部分解决、同意先了结，核销；单列。")
declare_measure(
    P, "closed_unconfirmed", "没评价而核销", "联系过几次都没回音，第二个人批了才核销；不算满意，也不算解决。"
)
declare_measure(P, "closed_explained", "解释备案", "现在办不了，说清了原因，督查同意备案；以后条件变了再看。")
declare_measure(P, "closed_declined", "不受理", "不归本区管，第二个人同意不受理，并告诉了企业。")
declare_measure(P, "closed_withdrawn", "企业撤回", "企业自己不要办了。")
declare_measure(P, "closed_adopted", "建议采纳", "金点子采纳了。")
declare_measure(P, "closed_not_adopted", "建议没采纳", "金点子没采纳，说了原因。")
declare_measure(P, "closed_answered", "咨询答清", "咨询答清了；咨询不用评价。")
declare_measure(P, "closed_clue_handled", "线索办了", "吹哨的线索办了。")
declare_measure(P, "closed_clue_passed", "线索转走", "吹哨的线索转给该管的单位了。")
declare_measure(P, "promise_kept", "守住承诺", "核销时，企业认可的那版答复没过承诺的日子。")
declare_measure(P, "promise_broken", "没守住承诺", "核销时，企业认可的那版答复过了承诺的日子。")
declare_measure(P, "reopened", "重办", "了结以后又重新办的件；原来的期限不重新起算。")

# --- supervision ---------------------------------------------------------------------------
declare_measure(P, "reminder", "提醒", "期限过半，自动提醒单位。", unit="次")
declare_measure(P, "yellow", "黄牌", "期限用了八成，自动发黄牌。", unit="张")
declare_measure(P, "red", "红牌", "过了期限，自动发红牌。", unit="张")
declare_measure(P, "urging", "催办", "每周一次的催办函。", unit="份")
declare_measure(P, "instruction", "批示", "领导对一件事的批示。", unit="条")
declare_measure(P, "task_force", "专班", "为难办的件成立的专班。", unit="个")

# --- history imported ------------------------------------------------------------------------
declare_measure(
    P, "imported_answered", "导入的旧件", "从别处导入、早就答复过的旧件，按答复那个月算；没经过企业评价。"
)
declare_measure(
    P,
    "imported_days",
    "旧件几个工作日答复",
    "旧件从收件到答复过了几个工作日，按当年的放假和调休算。",
    bucket="工作日",
)

# --- rates -----------------------------------------------------------------------------------
VERDICTS = ("verdict_solved", "verdict_partly", "verdict_not_solved")
declare_rate(
    P,
    "on_time",
    "按时答复",
    "这个月的答复里，当天没过承诺日子的占多少。",
    part=("answered_in_time",),
    whole=("answered",),
    left_out="还没答复的不在里面，看“现在在办”",
)
declare_rate(
    P,
    "solved",
    "企业说解决了",
    "这个月企业给的评价里，说解决了的占多少；部分解决不算解决。",
    part=("verdict_solved",),
    whole=VERDICTS,
    left_out="没评价的不在里面，不算满意",
)
declare_rate(
    P,
    "response",
    "响应率",
    "这个月交办的件里，主办单位按时签收的占多少。",
    part=("taken_in_time",),
    whole=("assigned",),
    left_out="月底交办、下月签收的，签收算在下月",
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
    "promise",
    "守住承诺",
    "这个月核销的件里，企业认可的那版答复没过承诺日子的占多少。",
    part=("promise_kept",),
    whole=("promise_kept", "promise_broken"),
)
declare_rate(
    P,
    "unconfirmed",
    "没评价就核销",
    "这个月核销的件里，联系几次都没回音、第二个人批了的占多少。",
    part=("closed_unconfirmed",),
    whole=("closed",),
    good="low",
)
declare_rate(
    P,
    "by_callback",
    "评价由回访得到",
    "这个月的评价里，回访员打电话问来的占多少；其余是企业自己点的。",
    part=("verdict_by_callback",),
    whole=VERDICTS,
    good="",
)
declare_rate(
    P,
    "returned",
    "退回",
    "这个月的交办里，单位退回来的占多少。",
    part=("returned",),
    whole=("assigned",),
    left_out="协办单位退回的也在分子里",
    good="low",
)
declare_rate(
    P,
    "assigned_in_1",
    "1 个工作日交办",
    "第一次交办里，收件后 1 个工作日以内交办的占多少。",
    part=(Term("assign_days", at_most=1),),
    whole=("assign_days",),
)
declare_rate(
    P,
    "answered_in_3",
    "3 个工作日答复",
    "这个月的答复里，收件后 3 个工作日以内的占多少。",
    part=(Term("answer_days", at_most=3),),
    whole=("answer_days",),
)
declare_rate(
    P,
    "answered_in_5",
    "5 个工作日答复",
    "这个月的答复里，收件后 5 个工作日以内的占多少。",
    part=(Term("answer_days", at_most=5),),
    whole=("answer_days",),
)

# --- the page --------------------------------------------------------------------------------
_VERDICTS = tuple(Term(m) for m in VERDICTS)
_STARS = (Term("satisfaction"),)
_STAR_WORDS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
declare_board(
    Board(
        P,
        "涉企诉求",
        came="received",
        title="涉企问题办理情况",
        came_at_unit="assigned",
        came_with_category="accepted",
        came_labels={"assigned": "交办来的"},
        came_of=("problem", "其中问题 {n} 件，建议、咨询、线索 {rest} 件"),
        cards=(
            RateCard("on_time", "件答复"),
            RateCard("solved", "件有评价", "closed_unconfirmed", "{n} 件没评价就核销，不算解决"),
        ),
        days=Days(
            "answer_days", "平均几个工作日答复", "几个工作日答复", "收件当天是 0，按工作日算", "次答复"
        ),
        lines=("on_time", "solved"),
        lines_title="一年来，答得快和解决得好",
        pace=("答得比{}及时了", "答得没有{}及时", "答得和{}差不多"),
        unit_rates={"solved": "解决 / 有评价", "on_time": "按时 / 答复"},
        unit_short="家单位解决得不够",
        shares=(
            Shares(
                "verdicts",
                "企业怎么说",
                (
                    Share("解决了", _VERDICTS[:1]),
                    Share("部分解决", _VERDICTS[1:2]),
                    Share("没解决", _VERDICTS[2:]),
                    Share("其中回访打电话问来的", (Term("verdict_by_callback"),), is_part=True),
                    Share("没评价就核销", (Term("closed_unconfirmed"),), aside="不算满意"),
                    Share("现在等企业评价", (), aside="还没评价", live="turn"),
                ),
                _VERDICTS,
            ),
            Shares(
                "ratings",
                "打了几分",
                (
                    *(Share(w, (Term("satisfaction", k, k),)) for k, w in _STAR_WORDS.items()),
                    Share("评价了没打分", _VERDICTS, less=_STARS, aside="不算进来"),
                ),
                _STARS,
                note="占打了分的",
            ),
        ),
        rates=("response", "on_time", "solved", "satisfied", "promise", "returned", "unconfirmed"),
        rates_title="接诉即办",
        public=("on_time", "solved", "satisfied"),
        acts=("yellow", "red", "urging", "instruction", "extended", "returned", "reopened"),
        imported="imported_days",
        order=10,
        is_first=True,
    )
)
