"""Acts of the audit itself."""

from qiying.kernel.audit.acts import declare_act, declare_program

declare_act("field_revealed", "查看了隐藏的内容", field="看了什么", reason="为什么")
declare_act("personal_erased", "删除了个人信息", refs="编号", reason="依据")
declare_act(
    "chains_verified",
    "做了留痕验证",
    checked="验了多少",
    unsealed="没封存的",
    breaks="断开几处",
    first_break="第一处",
    unprotected="没有保护的表",
    chains="链",
    links="记录",
    seals="封存",
    leaves="封存的链头",
    anchored_seals="库外存证的封存",
    personal="个人信息",
    personal_mentions="提到个人信息",
)
declare_act("audit_exported", "导出了审计记录", filter="筛选", rows="条数")
declare_program("verify", "验证程序")
