"""Acts on feedback, as the audit page names them."""

from qiying.capabilities.feedback.models import QrCard
from qiying.kernel.audit.acts import declare_act, declare_subjects, declare_words

declare_subjects(service_place="评价点", service_rating="评价", qr_card="二维码卡")
declare_act("feedback.place_save", "设了评价点", name="名称", place="在哪里", is_active="在用")
declare_act("feedback.card_save", "做了二维码卡", name="名称", kind="发给", until="有效到")
declare_words("feedback.card_save", **dict(QrCard.Kind.choices))
declare_act("feedback.phone_look", "看了差评人的完整手机号", case="件号")
declare_act("feedback.rating_annulled", "剔除了一条差评", case="件号")
declare_act("survey_saved", "填了问卷", title="名称")
declare_act("survey_opened", "开始了问卷", invited="发给几家")
declare_act("survey_closed", "结束了问卷", answers="收到几份")
declare_act("survey_sampled", "抽了样", drawn="抽了几家", population="总体几家")
