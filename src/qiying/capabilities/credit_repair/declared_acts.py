"""Acts around credit records, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("credit.record_save", "登记失信记录", number="文书号", grade="类别", published_on="公示日期")
declare_act("credit.record_remove", "撤回失信记录", number="文书号")
declare_act("credit.place_stop", "登记撤下公示", place="哪一处", receipt="回执")
declare_act("credit.restructuring_save", "登记重整", ruling="裁定书", court="法院")
declare_act("credit.reminder_set", "改修复提醒", wanted="要不要提醒")
