"""Acts around the registers of the legal environment, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("legal.keep", "登记法治环境台账", what="哪一条")
declare_act("legal.issue", "登记措施出台", number="文号", on="哪天")
declare_act("legal.repeal", "登记措施废止", on="哪天", reason="理由")
declare_act("legal.helped", "企业说手册帮上了", text="帮了什么")
declare_act("legal.first_check", "初查招标文件", text="查到什么")
declare_act("legal.review", "核审招标文件", text="核审意见")
declare_act("legal.publish", "发出招标文件", on="哪天")
declare_act("legal.clue", "核查串标线索", flag="哪一种", finding="查到什么")
