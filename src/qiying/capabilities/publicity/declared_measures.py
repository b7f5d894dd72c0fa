"""What publicity counts, in the month it happened: articles, opens, activities, each with its whole."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "publicity"
for _code, _label, _about, _unit in (
    ("submitted", "送审", "送去审稿的次数，退改以后再送的再算。", "次"),
    ("published", "发布的稿件", "别人审过、发布了的。", "篇"),
    ("passed_first", "一次审过", "没有退改就发布的。", "篇"),
    ("returned", "退改", "审稿退回去改的次数。", "次"),
    ("withdrawn", "撤下", "发布以后又撤下的。", "篇"),
    (
        "opened",
        "打开次数",
        "公开页上稿件被打开的次数，过了那天再计入；不记谁看的，同一个人看两次算两次。",
        "次",
    ),
    ("activities", "办的活动", "办完了的赛事、集市、宣讲；取消的不算。", "场"),
    ("expected", "该来的人", "报了名和请了的，说不来、换人的不算。", "人次"),
    ("came", "来了的人", "签到的，一人一场算一次。", "人次"),
    ("firms", "来了的企业", "有人签到的企业，一场里一家算一家。", "家次"),
):
    declare_measure(P, _code, _label, _about, unit=_unit)
declare_rate(
    P, "attendance", "到场率", "该来的人里，签到的占多少。", part=("came",), whole=("expected",),
    left_out="说不来的、换人的不在里面",
)  # fmt: skip
declare_rate(
    P, "first_time", "一次审过的", "发布的稿件里，没有退改过的占多少。", part=("passed_first",), whole=("published",),
)  # fmt: skip
declare_board(
    Board(
        procedure=P,
        label="宣传",
        came="published",
        cards=(RateCard("attendance", "人次"), RateCard("first_time", "篇")),
        rates=("attendance", "first_time"),
        acts=("submitted", "returned", "withdrawn", "opened", "activities", "expected", "came", "firms"),
        category_title="在哪个专栏",
        category_label="专栏",
        permission="publicity.view",
        order=120,
    )
)
