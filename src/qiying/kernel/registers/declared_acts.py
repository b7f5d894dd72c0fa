"""Acts of the kits of registers and tables, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("register_imported", "从表格导入了台账", register="台账", name="文件", rows="行数")
declare_act("register_undone", "撤回了台账的一批导入", register="台账", name="文件", rows="行数")
declare_act("table_mapping_keep", "定了表格里哪一列是哪一项", kind="哪种表", columns="对应")
