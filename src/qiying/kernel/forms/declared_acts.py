"""Acts on questionnaires, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("form_saved", "改了表单", title="名称", changes="改了什么")
declare_act("form_published", "发布了表单", number="版次", changes="和上一版的不同")
declare_act("form_ended", "停用了表单", reason="理由")
declare_act("form_resumed", "恢复了表单")
declare_act("form_answer_erased", "删去了答卷里的一处文字", title="哪一题", reason="理由")
