"""Acts of deliberations, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(
    sitting="审议", opinion="审议意见", deputy_opinion="代表意见", hearing="听进展会", vote="满意度测评",
    vote_rule="测评规则", question_motion="质询案", theme="监督主题",
)  # fmt: skip
declare_act("deliberations.keep", "登记人大审议台账", what="做了什么")
