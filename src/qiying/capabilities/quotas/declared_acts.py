"""Movements of quota as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("quotas.keep", "登记指标池", what="什么")
declare_act("quotas.take_in", "收储指标", amount="吨", document="文号")
declare_act("quotas.reserve", "预留指标", amount="吨", case="办件号")
declare_act("quotas.use", "使用指标", amount="吨", document="文号")
declare_act("quotas.release", "退回指标", reason="为什么")
