"""Acts around inspections, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(inspection_plan="检查计划", inspection_other="观摩督导考察")
for _code, _label in {
    "body": "检查主体", "officer": "执法人员", "item": "检查事项", "cap": "频次上限",
    "other": "观摩督导考察",
}.items():  # fmt: skip
    declare_act(f"inspections.{_code}_save", f"登记{_label}", what="哪一条")
    declare_act(f"inspections.{_code}_end", f"结束{_label}", what="哪一条", on="最后一天", reason="为什么")
declare_act("inspections.plan_save", "编检查计划", what="哪个计划")
declare_act("inspections.plan_submit", "送审检查计划", what="哪个计划")
declare_act("inspections.plan_review", "审核检查计划", what="哪个计划", decision="意见")
declare_act("inspections.plan_publish", "公布检查计划", what="哪个计划", discussed_on="集体讨论")
declare_act("inspections.plan_revise", "调整检查计划", what="哪个计划", reason="为什么")
declare_act("inspections.line_save", "编计划里的检查", what="哪一次")
declare_act("inspections.line_remove", "删计划里的检查", what="哪一次")
declare_act("inspections.flag", "发现禁令线索", what="哪个单位", ban="哪一条", source="怎么发现")
declare_act("inspections.flag_settle", "查明禁令线索", state="结论", finding="查明什么")
