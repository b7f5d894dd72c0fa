"""What training of entrepreneurs counts."""

from qiying.kernel.figures.definitions import declare_measure

P = "talents"
declare_measure(P, "trainings", "企业家培训、座谈", "办过了的培训和座谈；取消的不算。", unit="场")
declare_measure(P, "trained", "来培训的人", "签到的人，一人一场算一次。", unit="人次")
