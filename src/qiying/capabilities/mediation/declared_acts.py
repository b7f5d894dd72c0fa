"""Acts around the registers of mediation, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(mediation_yearfigures="调解历年数")
declare_act("mediation.keep", "登记调解台账", what="哪一条")
