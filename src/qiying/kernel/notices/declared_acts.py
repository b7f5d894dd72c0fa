"""Acts on messages sent outside, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(endpoint="外发地址", delivery="外发", notice="消息")
declare_act("endpoint_save", "改了外发地址", name="名称", kind="哪种", url="地址", active="在用")
declare_act("delivery_retry", "重发了一条外发", channel="渠道")
declare_act("notice_retry", "重写了一条消息", template="哪种消息")
