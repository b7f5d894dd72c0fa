"""Acts of this capability that belong to no case, as the audit page names them."""

from qiying.capabilities.policies.models import Clawback, Policy, PolicyState
from qiying.kernel.audit.acts import (
    declare_act,
    declare_rows,
    declare_subjects,
    declare_values,
    declare_words,
)


def _field_word(name: str) -> str:
    """Return the name of a policy's field as its form says it."""
    names = {f.name: str(f.verbose_name) for f in (*Policy._meta.fields, *Policy._meta.many_to_many)}
    stem = name.removesuffix("_id").removesuffix("_ids")
    return names.get(name) or names.get(stem) or names.get(f"{stem}s", name)


declare_act("policies.policy_create", "新建政策", code="代号", version="版本")
declare_act("policies.unread_settle", "处理了原文里没读懂的话", version="版本", words="哪几句")
declare_act("policies.version_submit", "政策送审", version="版本", digest="文本指纹")
declare_act("policies.version_return", "政策退回修改", version="版本", note="要改什么")
declare_act("policies.version_approve", "政策审核通过", version="版本", digest="文本指纹")
declare_act("policies.version_publish", "政策发布", version="版本", digest="文本指纹")
declare_act("policies.policy_amend", "修改政策，起草新版", version="新版本", **{"from": "原版本"})
declare_act("policies.policy_end", "政策停用", state="结果", reason="原因")
declare_words("policies.policy_end", **dict(PolicyState.choices))
declare_act("policies.details_save", "改了政策的登记信息", fields="改了哪些")
declare_values("policies.details_save", _field_word)
declare_act(
    "policies.counter_end", "窗口替企业算了一次政策", minutes="分钟", questions="问题", eligible="能享受几项"
)
declare_act("policies.account_give", "给了收款账户", bank="开户行", last4="尾号")
declare_act("policies.batch_propose", "发起免申即享批次", policy="政策", count="几家", sampled="抽查几家")
declare_act("policies.batch_check", "抽查一家", policy="政策", enterprise="企业", is_ok="对不对", note="说明")
declare_act("policies.batch_confirm", "确认免申即享批次", policy="政策", note="说明")
declare_act("policies.batch_approve", "批准免申即享批次", policy="政策")
declare_act("policies.batch_drop", "作废免申即享批次", policy="政策", note="说明")
declare_rows(listing=None)
declare_act("policies.listing_add", "列入负面清单", listing="清单号", reason="原因", source="依据")
declare_act("policies.listing_remove", "移出负面清单", listing="清单号", reason="原因")
declare_act("policies.push_choice_save", "企业改了推送设置", off="都不要", muted="不要的主题")
declare_act("policies.policy_push", "把政策再推给没看过的企业", enterprises="排了几家")
declare_act(
    "policies.budget_appropriate", "下达资金", year="年度", fen="金额（分）", document="文号", memo="说明"
)
declare_act("policies.budget_reduce", "核减资金", year="年度", fen="金额（分）", document="文号", memo="说明")
_PAY = {"number": "批次", "count": "笔数", "fen": "金额（分）"}
declare_act("policies.batch_make", "做支付批次", **_PAY)
declare_act(
    "policies.accounts_check", "核对支付批次的收款账号", number="批次", count="笔数", reveals="看到什么"
)
declare_act("policies.batch_release", "复核支付批次，交财政", **_PAY)
declare_act("policies.payment_batch_drop", "作废支付批次", **_PAY)
declare_act(
    "policies.batch_export",
    "下载支付文件，看到收款账号",
    kind="哪种",
    count="笔数",
    digest="摘要",
    reveals="看到什么",
)
declare_act(
    "policies.results_import", "导入支付回单", paid="到账", failed="没付成", same="已登记过", refused="没登记"
)
declare_act("policies.payment_reopen", "重新支付", retries="上次的支付号", reason="说明")
_BACK = {"payment": "支付号", "fen": "金额（分）", "state": "状态", "reason": "原因", "note": "说明"}
declare_act("policies.clawback_ask", "提出追回", **_BACK)
declare_act("policies.clawback_decide", "决定追回", **_BACK)
declare_act("policies.clawback_return", "登记追回退回", **_BACK)
for _act in ("ask", "decide", "return"):
    declare_words(f"policies.clawback_{_act}", **dict(Clawback.State.choices))
declare_subjects(
    policy="政策",
    payment="支付",
    payment_batch="支付批次",
    grant_batch="免申即享批次",
    objection="异议",
)
