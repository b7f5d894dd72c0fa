"""Acts around sealed reports and the lists, as the audit page names them; never what a report says."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(integrity_edition="清单")
declare_act("integrity.key_make", "设了密封钥匙", shares="恢复码几份", needed="几份能恢复")
declare_act("integrity.key_relock", "换了密封钥匙的口令", way="怎么换的")
declare_act("integrity.unlock", "打开了密封举报", reports="件数")
declare_act("integrity.unlock_failed", "口令输错了")
declare_act("integrity.file", "取了密封举报的附件", case="件号")
declare_act("integrity.edition", "发布清单")
