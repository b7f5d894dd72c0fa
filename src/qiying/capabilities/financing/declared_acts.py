"""Acts around the registers of financing, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("financing.keep", "登记融资台账", what="哪一条")
declare_act("financing.product_end", "停办融资产品", on="哪天", reason="为什么")
declare_act("financing.batch", "发起无感授信", product="产品", title="批次", found="几家")
declare_act("financing.line_agree", "授信谈成", fen="金额（分）")
declare_act("financing.line_draw", "登记放款", fen="金额（分）", memo="说明")
declare_act("financing.line_repay", "登记还款", fen="金额（分）", memo="说明")
declare_act("financing.line_confirm", "确认无感授信", fen="金额（分）", rate="年利率")
declare_act("financing.line_unconfirm", "不确认无感授信", reason="为什么")
declare_act("financing.line_decline", "企业不要授信", reason="为什么", wants_no_more="以后也不要")
