"""What may be done with feedback, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("feedback.ratings", "看好差评", "看本单位收到的评价和好评率；看不到是谁评的。")
declare("feedback.ratings_district", "看全区好差评", "看全区各单位的评价和差评整改。")
declare("feedback.cards", "做二维码卡", "做本单位的廉心卡、园区卡、活动卡，打印出来。")
declare("feedback.places", "设评价点", "给本单位的窗口、事项设评价码，打印出来。")
declare(
    "feedback.surveys", "办问卷", "给本单位和下级单位建问卷、抽样、开始、结束，看结果；记名的能看每一份。"
)
declare("feedback.surveys_all", "看全区问卷", "看本区所有问卷到了哪一步和汇总的结果，不看单份答卷。")

for _role in ("liaison", "handler", "leader", "desk", "callback", "supervisor", "district_leader", "policy"):
    grant(_role, "feedback.ratings")
for _role in ("callback", "supervisor", "district_leader", "admin"):
    grant(_role, "feedback.ratings_district")
for _role in ("liaison", "desk"):
    grant(_role, "feedback.places", "feedback.cards")
grant("discipline", "feedback.cards")
grant("utility_handler", "feedback.ratings", "feedback.places")
grant("utility_head", "feedback.ratings")
for _role in ("desk", "liaison", "leader", "policy"):
    grant(_role, "feedback.surveys")
for _role in ("supervisor", "district_leader", "deputy", "discipline", "congress"):
    grant(_role, "feedback.surveys_all")
