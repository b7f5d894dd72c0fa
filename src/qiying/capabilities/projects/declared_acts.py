"""Acts around the registers of projects, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("projects.keep", "登记项目台账", what="什么")
