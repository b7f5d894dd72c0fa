"""Acts on experience, as the audit page names them; the codes are those the chains hold."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(experience_script="体验脚本")
declare_act("feedback.officer_appoint", "聘了体验官", name="谁", background="身份")
declare_act("feedback.officer_end", "结束了体验官的聘任", name="谁")
declare_act("feedback.script_save", "编了体验脚本", name="事项", steps="几步")
declare_act("feedback.task_record", "交了体验记录", name="事项", found="几个问题")
declare_act("feedback.improvement", "记了流程改进", name="事项", text="改了什么")
