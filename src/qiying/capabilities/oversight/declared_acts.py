"""Acts of oversight, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(
    basis="监督依据",
    article="条款",
    law_check="执法检查",
    check_group="检查组",
    finding="发现的问题",
    report_heard="听取报告",
    route_list="督办清单",
    joint="联合监督",
)
declare_act("oversight.basis_save", "登记监督依据", name="名称", valid_from="施行日期")
declare_act("oversight.article_save", "登记条款", article="哪一条", duty="要做到什么")
declare_act("oversight.list_save", "登记督办清单", name="清单", route="怎么督办")
