"""Acts of this capability that belong to no case, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects, declare_words

declare_act("double_dismissed", "判断两件不是一件事", case="本件", other="那件")
declare_act("channel_saved", "改了渠道", code="渠道", before="原来", after="现在")
declare_act("category_saved", "改了类别", code="类别", before="原来", after="现在")
declare_act("replies_exported", "导出了回复表", channel="渠道", rows="条数", numbers="来件")
declare_act("reply_given", "登记已回复来源", intake="来件", way="方式", note="说明")

# --- after a case ended ---
declare_act(
    "follow_up_recorded",
    "登记了回访",
    why="为什么回访",
    reached="联系上了",
    still_solved="还是解决的",
    satisfaction="满意度",
    note="说了什么",
    reopened="已重办",
)
declare_words("follow_up_recorded", sample="抽中", bad_rating="评价不好", unconfirmed="未确认办结")
declare_act("review_written", "写了复盘", month="月份", cause="原因", nominated="推荐为最佳案例")
declare_act("hot_confirmed", "认定了热点", title="标题", unit="牵头单位", measure="措施")
declare_act("hot_dismissed", "认定热点不成立", title="标题", reason="理由")
declare_act("hot_became", "把热点转出", title="标题", becomes="转为")
declare_act("hot_solved", "登记了热点的结果", title="标题", result="结果")
declare_act("re_examined", "复查了解释存档件", finding="结果", reason="理由", reopened="已重办")
declare_act("best_case_chosen", "选了最佳案例", year="年份", title="标题")
declare_act("best_case_saved", "改了最佳案例", title="标题", consent="企业同意写名字的依据")
declare_act("best_case_moved", "改了最佳案例的名次", title="标题", rank="名次")
declare_act("best_case_published", "公开了最佳案例", title="标题", named="写企业名字")
declare_act("best_case_withdrawn", "收回了公开的最佳案例", title="标题")
declare_act("best_case_removed", "取消了最佳案例", title="标题")
declare_act("answer_template_saved", "改了答复模板", name="名称", before="原来", after="现在")
declare_subjects(channel="渠道", category="类别", hot="热点", best_case="案例", answer_template="答复模板")
declare_act("ledger_imported", "导入了台账", name="文件", rows="行数", cases="件数")
declare_act("ledger_undone", "撤回了一批台账", name="文件", rows="行数", cases="件数")
