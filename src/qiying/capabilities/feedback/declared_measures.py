"""What the procedure of bad ratings counts, in words for the definitions page; the acts do the counting."""

from qiying.kernel.figures.definitions import declare_measure

P = "bad_rating"
declare_measure(P, "received", "差评", "不满意、非常不满意的评价，一条算一件。")
declare_measure(P, "named", "实名差评", "留了名字或电话、能回访的差评。")
declare_measure(P, "contacted", "联系上差评人", "回访时联系上的。")
declare_measure(P, "not_reached", "没联系上差评人", "回访时没联系上的。")
declare_measure(P, "verified", "核实属实", "核实下来确有其事的差评。")
declare_measure(P, "rectified", "整改好了", "整改完、核实人认可的差评。")
declare_measure(P, "explained", "解释说明", "诉求没有依据，向差评人解释清楚的。")
declare_measure(P, "annulled", "复核剔除", "虚假、恶意的差评，第二个人复核后不计入。")
