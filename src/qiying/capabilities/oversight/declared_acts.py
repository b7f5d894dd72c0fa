"""Acts of oversight, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(check_group="检查组")  # fmt: skip
declare_act("oversight.keep", "登记人大监督台账", what="哪一条")
declare_act("oversight.checklist", "交了检查表", found="新发现几条")
declare_act("oversight.joint", "联合监督", what="做了什么")
declare_act("oversight.joint_look", "看了对方给看的", what="哪几份")
