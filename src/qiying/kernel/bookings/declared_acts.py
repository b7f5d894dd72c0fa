"""Acts on bookings, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(bookable="可预约")
declare_act("bookings.bookable_save", "设了可预约时间", name="名称", changed="改了什么")
declare_act("bookings.bookable_end", "停用了可预约时间", name="名称")
declare_act("bookings.day_set", "改了某一天的可约时间", day="哪天", hours="时间", cancelled="取消了几个预约")
declare_act("bookings.make", "约了时间", booking="预约号", starts_at="时间", state="状态")
declare_act("bookings.move", "改了预约时间", booking="预约号", starts_at="时间", was="原来")
declare_act("bookings.cancel", "取消了预约", booking="预约号")
declare_act("bookings.mark", "登记了来没来", booking="预约号", state="状态")
declare_act("bookings.reveal", "看了预约人的完整手机号", booking="预约号")
