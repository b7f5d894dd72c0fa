"""Acts on partner regions and licences, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("partner_save", "改了伙伴地区", name="地区")
declare_act("partner_end", "停用了伙伴地区", on="最后一天", reason="原因")
declare_act("licence_save", "登记了证照", name="名称", number="编号", valid_until="有效期至")
declare_act("licence_end", "证照不再有效", number="编号")
declare_act("licence_quiet", "定了要不要到期提醒", is_quiet="不要提醒")
