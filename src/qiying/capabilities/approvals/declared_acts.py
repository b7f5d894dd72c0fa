"""Acts of the catalogue and of applications, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(board="服务板块", service_item="服务事项", away_card="温馨老家卡")
declare_act("service_item_save", "改了服务事项", name="名称", version="第几版", valid_from="从哪天起")
