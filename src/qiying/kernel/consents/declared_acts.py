"""Acts on consents, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

_WHAT = {"owner": "谁的数据", "unit": "给谁看", "purpose": "用途"}

declare_subjects(consent="数据授权")
declare_act("consents.give", "同意给看数据", facts="哪些数据", until="有效期到", **_WHAT)
declare_act("consents.revoke", "撤回了数据授权", **_WHAT)
declare_act("consents.look", "凭授权看了数据", **_WHAT)
