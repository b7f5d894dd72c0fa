"""Acts around experts, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("prevention.expert_save", "登记合规专家", what="谁")
declare_act("prevention.expert_end", "结束合规专家", what="谁", on="最后一天", reason="为什么")
