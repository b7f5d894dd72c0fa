"""Acts around the registers of projects, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(project_ground="绿色通道条件")
declare_act("projects.keep", "登记项目台账", what="什么")
