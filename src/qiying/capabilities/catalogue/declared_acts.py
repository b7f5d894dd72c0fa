"""Acts of the catalogue and of applications, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(service_item="服务事项")  # fmt: skip
declare_act("board_save", "改了服务板块", name="名称")
declare_act(
    "service_item_save",
    "改了服务事项",
    name="名称",
    version="第几版",
    valid_from="从哪天起",
    changed="改了什么",
)
declare_act("catalogue_end", "停用了", on="最后一天", reason="原因")
declare_act("one_thing_save", "改了一件事清单", name="名称")
declare_act("intermediary_save", "改了中介服务", name="名称")
declare_act("intermediary_rate", "企业评了中介", stars="几颗星", free_choice="自己选的")
declare_act("item_use_save", "记了事项用量", code="事项编码", handled="办了几件")
declare_act("free_service_give", "记了免费服务", name="服务", saved="省了多少分")
declare_act("away_card_save", "办了温馨老家卡", place="在哪里")
declare_act("away_card_end", "停了温馨老家卡")
declare_act("away_ask", "从外地请老家帮忙", number="办件号")
