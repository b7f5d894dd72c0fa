"""Sealed reports are counted and nothing else: no dimension tells whom one is about."""

from qiying.kernel.figures.definitions import declare_measure

P = "integrity_report"
declare_measure(P, "received", "收到的廉洁举报", "密封举报，一份算一件；只计数，谁也看不到内容。")
declare_measure(P, "accepted", "受理的廉洁举报", "纪检机构受理的密封举报。")
declare_measure(P, "concluded", "办结的廉洁举报", "核查有了结论、另一个人审核过的密封举报。")
