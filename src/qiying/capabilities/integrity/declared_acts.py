"""Acts around sealed reports, as the audit page names them; never what a report says."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(seal_key="密封钥匙")
declare_act("integrity.key_make", "设了密封钥匙", shares="恢复码几份", needed="几份能恢复")
declare_act("integrity.key_relock", "换了密封钥匙的口令", way="怎么换的")
declare_act("integrity.unlock", "打开了密封举报", reports="件数")
declare_act("integrity.unlock_failed", "口令输错了")
declare_act("integrity.file", "取了密封举报的附件", case="件号")

declare_subjects(
    integrity_station="监测站",
    integrity_watcher="监督员",
    integrity_plan="专项监督",
    integrity_clue="线索",
    integrity_edition="清单",
    integrity_tolerance="组织人事台账",
    integrity_sanction="组织人事台账",
    integrity_stepdown="组织人事台账",
)
for _code, _label in {
    "station_keep": "登记监测站",
    "watcher_keep": "登记监督员",
    "plan_keep": "登记专项监督",
    "edition": "发布清单",
    "clue": "发现线索",
    "clue_take": "开始核查线索",
    "clue_conclude": "写核查结果",
    "clue_decide": "审核核查结果",
    "personnel": "写组织人事台账",
}.items():
    declare_act(f"integrity.{_code}", _label)
