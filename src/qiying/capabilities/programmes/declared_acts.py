"""Acts around programmes, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(programme="方案")
declare_act("programmes.programme_save", "登记方案", what="哪一份")
declare_act("programmes.edition_draft", "起草方案", no="第几版", source="从哪里来")
declare_act("programmes.edition_publish", "发布方案", no="第几版", new="新任务", changed="调整", gone="撤下")
