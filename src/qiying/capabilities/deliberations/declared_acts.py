"""Acts of deliberations, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(sitting="审议")  # fmt: skip
declare_act("deliberations.keep", "登记人大审议台账", what="做了什么")
