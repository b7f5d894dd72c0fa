"""Acts on the numbers that belong to no case, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("numbers_export", "导出了数字", query="条件")
