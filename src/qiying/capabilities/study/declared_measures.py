"""What study counts, each with its whole: sessions, examinations, trainings, law-duty reports."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P, R = "study", "law_report"
for _code, _label, _about, _unit in (
    ("sessions", "学习会", "开完了的学习会；取消的不算。", "次"),
    ("expected", "该来学的人", "学习会名单上的人，说不来的不算。", "人次"),
    ("came", "来学了的人", "签到的，一人一次算一次。", "人次"),
    ("sat", "考了的人", "交了卷的，一人一次考试只算一次。", "人次"),
    ("passed", "考合格的人", "得分到合格线的。", "人次"),
    ("trainings", "服务干部培训", "办完了的培训；取消的不算。", "场"),
    ("trained_of", "该来培训的人", "培训名单上的人，说不来的不算。", "人次"),
    ("trained", "来培训了的人", "签到的，一人一场算一次。", "人次"),
    ("minutes", "培训时间", "签到的人各算这场的时长，加起来。", "分钟"),
    ("certified", "发出的合格证", "当年学时够了、发了证的。", "张"),
):
    declare_measure(P, _code, _label, _about, unit=_unit)
declare_rate(
    P, "attendance", "学习到会率", "该来学的人里，签到的占多少。", part=("came",), whole=("expected",)
)
declare_rate(
    P, "pass_rate", "考试合格率", "考了的人里，合格的占多少。", part=("passed",), whole=("sat",),
    left_out="该考没考的不在这里，在考试结果里按单位列",
)  # fmt: skip
declare_rate(
    P, "trained_share", "培训到场率", "该来培训的里，签到的占多少。", part=("trained",), whole=("trained_of",)
)
declare_board(
    Board(
        P, "学法和培训", came="sessions", permission="study.view", order=121,
        cards=(RateCard("attendance", "人次"), RateCard("pass_rate", "人次"), RateCard("trained_share", "人次")),
        rates=("attendance", "pass_rate", "trained_share"),
        acts=("expected", "came", "sat", "passed", "trainings", "trained_of", "trained", "minutes", "certified"),
    )
)  # fmt: skip
for _code, _label, _about, _unit in (
    ("received", "布置的述法", "布置给领导的年度述法，一人一年一份。", "份"),
    ("in_time", "按时交的", "在期限以内交审的。", "次"),
    ("late", "超期交的", "过了期限才交审的。", "次"),
    ("sent_back", "退改", "审核退回去改的次数。", "次"),
    ("published", "公开的", "审核过、在本单位公开的。", "份"),
    ("voided", "作废", "布置错了、换了人作废的。", "份"),
    ("reminder", "提醒", "期限过半的提醒。", "次"),
    ("yellow", "黄牌", "期限快到发的黄牌。", "次"),
    ("red", "红牌", "超期发的红牌。", "次"),
    ("urging", "催交", "普法牵头单位催述法人交的次数。", "次"),
):
    declare_measure(R, _code, _label, _about, unit=_unit)
declare_rate(
    R,
    "on_time",
    "按时交的占比",
    "交审的里，在期限以内的占多少。",
    part=("in_time",),
    whole=("in_time", "late"),
)
declare_rate(
    R, "done", "公开的占比", "布置的里，审核过、公开了的占多少。", part=("published",), whole=("received",),
    left_out="作废的仍在分母里，另列",
)  # fmt: skip
declare_board(
    Board(
        R, "年度述法", came="received", permission="study.view", order=122,
        cards=(RateCard("on_time", "次交审"), RateCard("done", "份")), rates=("on_time", "done"),
        acts=("published", "sent_back", "voided"),
    )
)  # fmt: skip
