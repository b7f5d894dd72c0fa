"""What people enter for each action of the service-request procedure."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import ValidationInfo, field_validator, model_validator

from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import correcting
from qiying.kernel.cases.standard.asking import Request
from qiying.kernel.cases.standard.recording import METHODS
from qiying.kernel.cases.standard.writing import LetterSent
from qiying.kernel.organisations.phones import reachable

KINDS = {"problem": "问题", "suggestion": "金点子", "question": "咨询", "clue": "线索"}
LEVELS = {"simple": "简易", "general": "一般", "complex": "复杂"}
VERDICTS = {"solved": "解决了", "partly": "部分解决", "not_solved": "没解决"}
RESULTS = {"solved": "已经解决", "partly": "解决了一部分", "planned": "定了时间表", "policy": "讲清了政策"}
MEETINGS = {"conference": "专题会商", "site_survey": "现场踏勘", "coordination": "协调会"}
SATISFIED = 4

Documents = list[int]


def documents(label: str = "附件") -> list[int]:
    found: list[int] = entry(label, default=(), widget="documents")
    return found


class Submission(ActionInput):
    """A problem as its asker, a channel or an import brings it."""

    channel: str = entry("渠道", default="platform")
    kind: Literal["problem", "suggestion", "question", "clue"] = entry(
        "类型", default="problem", choices=KINDS
    )
    text: str = entry("说说什么事", widget="textarea", personal=True, min_length=5, max_length=5000)
    title: str = entry("标题", default="", max_length=60, help="不填就取第一句")
    enterprise_id: int | None = entry("企业", default=None, source="enterprises", tells_asker="id")
    contact_name: str = entry("联系人", default="", personal=True, tells_asker="name", max_length=40)
    contact_phone: str = entry("电话", default="", personal=True, tells_asker="phone", max_length=30)
    is_anonymous: bool = entry("匿名", default=False, widget="checkbox")
    hide_asker: bool = entry("不让承办单位看到我是谁", default=False, widget="checkbox")
    category: str = entry("类别", default="", source="categories")
    source_id: str = entry("来源编号", default="", tells_asker="id", max_length=80)
    handed_in_on: date | None = entry("交来日期", default=None, widget="date")
    place: str = entry("地点", default="", max_length=100)
    documents: Documents = documents("照片或文件")
    intake_id: int | None = entry("已有来件", default=None, internal=True)
    batch_id: int | None = entry("导入批次", default=None, internal=True)

    _reachable = field_validator("contact_phone")(reachable)


class Triage(ActionInput):
    """The desk's findings: what it is, where it belongs, how hard it is."""

    kind: Literal["problem", "suggestion", "question", "clue"] = entry(
        "类型", default="problem", choices=KINDS
    )
    category: str = entry("类别", source="categories", min_length=1)
    level: Literal["simple", "general", "complex"] = entry("级别", choices=LEVELS, widget="radio")
    title: str = entry("标题", default="", max_length=60)
    is_sensitive: bool = entry("敏感事项", default=False, widget="checkbox")
    hide_asker: bool = entry("隐名转办", default=False, widget="checkbox")
    enterprise_id: int | None = entry("企业", default=None, source="enterprises", tells_asker="id")


class Assign(ActionInput):
    """One lead unit, co-handlers and what each is asked."""

    unit_id: int = entry("主办单位", source="units")
    co_unit_ids: list[int] = entry("协办单位", default=(), source="units", widget="multiselect")
    ask: str = entry("要办什么", default="", widget="textarea", max_length=300)
    co_ask: str = entry("请协办单位答什么", default="", widget="textarea", max_length=300)
    receipt: str = entry("给企业的回执", default="", widget="textarea", max_length=500, help="不填用标准的话")

    @model_validator(mode="after")
    def _lead_is_no_co(self) -> "Assign":
        if self.unit_id in self.co_unit_ids:
            raise ValueError("主办单位不用再列为协办，请去掉一个")
        return self


class AddCo(ActionInput):
    co_unit_ids: list[int] = entry("协办单位", source="units", widget="multiselect", min_length=1)
    co_ask: str = entry("请它答什么", widget="textarea", min_length=2, max_length=300)


class Take(ActionInput):
    handler_id: int | None = entry("经办人", default=None, source="handlers", help="不选就是您自己")


class GiveBack(ActionInput):
    reason: str = entry("为什么不归本单位办", widget="textarea", min_length=5, max_length=300)
    basis: str = entry("依据（法条或三定方案）", min_length=4, max_length=200)
    suggested_unit_id: int | None = entry("建议交给", default=None, source="units")


class DecideJurisdiction(ActionInput):
    unit_id: int = entry("裁定由哪个单位主办", source="units")
    reason: str = entry("裁定理由", widget="textarea", min_length=5, max_length=300)


class Reply(ActionInput):
    text: str = entry("写给企业的话", widget="textarea", min_length=5, max_length=3000)
    documents: Documents = documents()


class Answer(ActionInput):
    """The unit's answer: what was done, with figures that can be summed."""

    text: str = entry("答复", widget="textarea", min_length=10, max_length=5000)
    result: Literal["solved", "partly", "planned", "policy"] = entry("办到了哪一步", choices=RESULTS)
    quantity: Decimal | None = entry("成果数量", default=None, widget="number", ge=0, max_digits=14)
    quantity_unit: str = entry("单位", default="", max_length=20, help="例如：个停车位、万元")
    firms_benefited: int | None = entry("惠及企业数", default=None, widget="number", ge=0, le=1000000)
    documents: Documents = documents()


class Opinion(ActionInput):
    text: str = entry("协办意见", widget="textarea", min_length=5, max_length=3000)
    documents: Documents = documents()


class VerdictEntry(ActionInput):
    """What the asker says of this answer; nothing is preselected."""

    value: Literal["solved", "partly", "not_solved"] = entry("解决了没有", choices=VERDICTS, widget="radio")
    may_close: bool = entry("部分解决，同意就此办结", default=False, widget="checkbox")
    satisfaction: int | None = entry(
        "满意吗",
        default=None,
        widget="select",
        ge=1,
        le=5,
        choices={"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"},
    )
    comment: str = entry("想补充一句", default="", widget="textarea", personal=True, max_length=1000)

    @field_validator("may_close")
    @classmethod
    def _unsolved_is_not_closed(cls, may_close: bool, info: ValidationInfo) -> bool:
        if may_close and info.data.get("value") == "not_solved":
            raise ValueError("选了“没解决”就会退回重办，不能同时同意办结。请去掉一个")
        return may_close

    @field_validator("satisfaction")
    @classmethod
    def _unsolved_is_not_satisfying(cls, satisfaction: int | None, info: ValidationInfo) -> int | None:
        if satisfaction is not None and satisfaction >= SATISFIED and info.data.get("value") == "not_solved":
            raise ValueError("选了“没解决”，满意度却是满意，请看看是不是点错了一个")
        return satisfaction

    intake_id: int | None = entry("哪一份来件", default=None, source="case_intakes")


class OwnVerdict(VerdictEntry):
    """The asker's own verdict, of the version he read."""

    answer_no: int | None = entry("看的是第几版答复", default=None, widget="number", ge=1)


class RecordedVerdict(VerdictEntry):
    how: Literal["phone", "visit", "sms", "wechat", "email"] = entry(
        "怎么问到的", default="phone", choices=METHODS
    )


class AskExtension(ActionInput):
    workdays: int = entry("延几个工作日", widget="number", ge=1)
    reason: str = entry("为什么", widget="textarea", min_length=5, max_length=500)
    basis: str = entry("依据", default="", max_length=200)
    level: Literal["", "simple", "general", "complex"] = entry(
        "改级别", default="", choices={"": "不改", **LEVELS}
    )


class AskSuspension(ActionInput):
    reason: str = entry("为什么要挂起", widget="textarea", min_length=5, max_length=500)
    basis: str = entry("依据", min_length=4, max_length=200)
    until: date | None = entry("预计到哪天", default=None, widget="date")


Reason = Request


class Explain(ActionInput):
    """Why it cannot be solved now, and what would have to change."""

    text: str = entry("向企业解释", widget="textarea", min_length=20, max_length=3000)
    basis: str = entry("依据", min_length=4, max_length=200)
    obstacle: str = entry("卡在什么上（变了就重办）", min_length=4, max_length=300)
    petition_number: str = entry("信访件编号", default="", max_length=60)
    documents: Documents = documents()


class Meeting(ActionInput):
    kind: Literal["conference", "site_survey", "coordination"] = entry("开什么会", choices=MEETINGS)
    on: date = entry("哪天", widget="date")
    place: str = entry("地点", default="", max_length=100)
    people: str = entry("参加的人", widget="textarea", min_length=2, max_length=500)
    minutes: str = entry("说了什么", widget="textarea", min_length=5, max_length=5000)
    decision: str = entry("定了什么", default="", widget="textarea", max_length=1000)
    documents: Documents = documents("照片或纪要")


class Instruction(ActionInput):
    unit_id: int | None = entry("批给哪个单位", default=None, source="case_units", help="不选就是主办单位")
    text: str = entry("批示", widget="textarea", min_length=4, max_length=600)


class TaskForce(ActionInput):
    head_id: int = entry("专班负责人", source="roster")
    member_ids: list[int] = entry("成员", default=(), source="roster", widget="multiselect")
    text: str = entry("任务", widget="textarea", min_length=4, max_length=600)


class LeadOfficial(ActionInput):
    person_id: int = entry("领衔领导", source="district_leaders")
    text: str = entry("要求", default="", widget="textarea", max_length=600)


class SetHandler(ActionInput):
    handler_id: int = entry("经办人", source="handlers")


class Conclude(ActionInput):
    """How a suggestion, question or clue ends."""

    outcome: Literal["adopted", "not_adopted", "answered", "clue_handled"] = entry(
        "结论",
        choices={
            "adopted": "采纳（金点子）",
            "not_adopted": "暂不采纳（金点子）",
            "answered": "已答复（咨询）",
            "clue_handled": "已核处（线索）",
        },
    )
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500)


class Join(ActionInput):
    target: str = entry("并入哪一件（办件号）", max_length=32)


class TakeIn(ActionInput):
    source: str = entry("并入的办件号", max_length=32)
    intake_ids: list[int] = entry("来件", default=())


class Split(ActionInput):
    titles: list[str] = entry("另立哪几件", widget="textarea", help="一行一件", min_length=1, max_length=9)

    @field_validator("titles", mode="before")
    @classmethod
    def _lines(cls, value: object) -> object:
        lines = value.splitlines() if isinstance(value, str) else value
        return [str(v).strip()[:60] for v in lines if str(v).strip()] if isinstance(lines, list) else lines


class Correct(correcting.Correct):
    """A slip of a request's registration: what it is and where it belongs, too."""

    kind: Literal["", "problem", "suggestion", "question", "clue"] = entry(
        "类型", default="", choices={"": "不改", **KINDS}
    )
    category: str = entry("类别", default="", source="categories")


class TransferUp(ActionInput):
    system: str = entry("交到哪个平台", default="帮企云", max_length=40)
    external_number: str = entry("对方编号", default="", max_length=60)
    reason: str = entry("为什么要市里办", widget="textarea", min_length=5, max_length=300)


class TransferUpdate(ActionInput):
    external_state: Literal["received", "handling", "answered", "closed", "returned"] = entry(
        "对方状态",
        choices={
            "received": "已接收",
            "handling": "办理中",
            "answered": "已答复",
            "closed": "已办结",
            "returned": "退回",
        },
    )
    external_number: str = entry("对方编号", default="", max_length=60)
    text: str = entry("对方说了什么", default="", widget="textarea", max_length=3000)


class ImportHistory(ActionInput):
    """A finished history row: the answer as it was given, unverified."""

    text: str = entry("答复", min_length=1, max_length=20000)
    unit_name: str = entry("答复单位", default="", max_length=100)
    given_on: date = entry("答复日期", widget="date")


class PetitionNumber(ActionInput):
    petition_number: str = entry("信访件编号", min_length=2, max_length=60)


class Note(ActionInput):
    text: str = entry(
        "内部留言",
        widget="textarea",
        min_length=1,
        max_length=1000,
        help="写 @姓名，会给参与这件事的那个人发消息",
    )


class AddInfo(ActionInput):
    text: str = entry("补充一句", widget="textarea", personal=True, min_length=2, max_length=2000)
    documents: Documents = documents("照片或文件")


class LetterEntry(LetterSent):
    kind: Literal["assign", "co", "urge", "answer"] = entry(
        "哪种信函",
        default="assign",
        choices={"assign": "交办函", "co": "协办函", "urge": "催办函", "answer": "答复函"},
    )
