"""诉求: one enterprise problem from any channel to a verified write-off (design sections 5 to 7)."""

from qiying.capabilities.service_requests.models import RequestExtras
from qiying.capabilities.service_requests.services import (
    closing,
    desk,
    entries,
    guards,
    handling,
    in_view,
    intakes,
    supervising,
    triage,
)
from qiying.kernel.cases.faces import letters
from qiying.kernel.cases.standard import (
    asking,
    correcting,
    countersigning,
    ending,
    material,
    recording,
    reminding,
)
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, Sees, State

DESK = ("desk:desk",)
LEAD = ("lead:handler", "lead:liaison", "lead:leader")
LEAD_HEAD = ("lead:liaison", "lead:leader")
CO = ("co:handler", "co:liaison", "co:leader")
SUPERVISION = ("supervision:supervisor",)
CALLBACK = ("callback:callback",)
LEADERS = ("official", "supervision:supervisor", "supervision:district_leader")
ASKER = ("asker",)
OPEN = (
    "received",
    "accepted",
    "assigned",
    "handling",
    "reviewing",
    "disputed",
    "suspended",
    "escalated",
    "answered",
)
GOING = (*OPEN, "transferred", "waiting_material")
WORKING = ("assigned", "handling", "reviewing", "escalated")
ENDS = ("written_off", "filed")

KNOWS: tuple[Sees, ...] = ("asker", "contact")
PARTIES = (
    Party("asker", "诉求企业", "enterprise", ("asker",)),
    Party("desk", "受理台", sees=(*KNOWS, "restricted")),
    Party("lead", "主办单位", sees=("contact", "restricted")),
    Party("co", "协办单位", sees=("contact",)),
    Party("supervision", "督查部门", sees=(*KNOWS, "restricted")),
    Party("callback", "回访台", sees=KNOWS),
    Party("channel", "渠道单位", sees=("asker",)),
    Party("task_force", "专班"),
    Party("official", "领衔领导"),
    countersigning.APPROVER,
)

EXTENSION = Asked("extension", "延期")
SUSPENSION = Asked("suspension", "挂起")
EXPLANATION = Asked("explain", "解释存档")
UNCONFIRMED = Asked("unconfirmed", "未确认办结")
DECLINE = Asked("decline", "不受理")
APPROVALS = (
    EXTENSION, SUSPENSION, EXPLANATION, UNCONFIRMED, DECLINE, ending.ANNULMENT, countersigning.COUNTERSIGNATURE,
)  # fmt: skip

STATES = (
    State("received", "待受理", "desk", sentence="已收到，受理台在看"),
    State("accepted", "待交办", "desk", sentence="已受理，正在确定由谁办"),
    State("waiting_material", "等补材料", "asker", sentence="等您补材料，期限先停着"),
    State("assigned", "待签收", "lead", sentence="已交给承办单位，等它签收"),
    State("handling", "办理中", "lead", sentence="承办单位在办"),
    countersigning.REVIEWING,
    State("disputed", "争议待裁定", "supervision", sentence="几个单位都说不归它管，正在裁定由谁办"),
    State("suspended", "已挂起", "lead", sentence="暂时停办，期限先停着"),
    State("transferred", "市里在办", "lead", sentence="已交市级平台办理"),
    State("escalated", "督查介入", "supervision", sentence="两次没解决，督查部门在管"),
    State("answered", "待评价", "asker", sentence="已经答复，等您说解决了没有"),
    State("written_off", "已核销", is_final=True, sentence="已核销"),
    State("filed", "已解释存档", is_final=True, sentence="现在办不了，已解释并存档，情况变了会重办"),
    State("ended", "已了结", is_final=True, sentence="已了结"),
)

PROMISE = "区县服务承诺"
ORDER_802 = "《保障中小企业款项支付条例》（国务院令第802号）第二十五条"
VERDICTS = ("give_verdict", "record_verdict")
DEADLINES = (
    Deadline(
        "accept", "受理", "limit.accept", f"受理时限 1 个工作日（{PROMISE}）", ("triage", "answer_on_spot"),
        owed_by="desk",
    ),
    Deadline(
        "letter", "发交办函", "limit.letter", f"3 个工作日内发交办函（{PROMISE}）", ("issue_letter", "answer"),
        counts=False,
    ),
    Deadline("take", "签收", "limit.take", "交办后 1 个工作日内签收或退回", ("take", "give_back"), counts=False),
    Deadline(
        "handle", "办理", "limit.general", f"分级办理时限（{PROMISE}）", VERDICTS, has_cards=True, is_promise=True,
    ),
    Deadline(
        "handle_arrears", "拖欠账款处理", "limit.arrears", ORDER_802, VERDICTS, unit="day", has_cards=True,
        is_promise=True,
    ),
    Deadline("arrears_handover", "拖欠账款转交", "limit.arrears_handover", ORDER_802, ("assign",), counts=False),
    Deadline("co", "协办", "limit.co", f"协办时限短于主办（{PROMISE}）", ("co_answer", "give_back"), counts=False),
    Deadline(
        "explain", "解释", "limit.explain", f"办不了的 3 个工作日内解释（{PROMISE}）", ("explain",), counts=False,
    ),
    Deadline(
        "material", "补材料", "limit.material", "《优化营商环境条例》第三十六条", ("give_material",), counts=False,
        owed_by="asker",
    ),
    Deadline("city", "市级办理", "limit.city", "市级平台办理时限", ("transfer_update",), counts=False),
)  # fmt: skip

OPENING = Action(
    "submit",
    "提诉求",
    (),
    ("anyone", "system", "import"),
    intakes.open_from_submission,
    to=("received",),
    input=entries.Submission,
    checks=(guards.check_category, guards.check_enterprise),
    notices=("request_received", "request_registered"),
    sentence="提了这件事",
    part_of="request_submit",
    whole=desk.open_whole,
    icon="edit",
)

DESK_ACTIONS = (
    Action(
        "triage", "受理定级", ("received",), (*DESK, "import"), triage.triage, ("accepted",), entries.Triage,
        checks=(guards.check_category, guards.check_enterprise), notices=("request_accepted",),
        sentence="受理，定为“{level}”", is_primary=True, icon="check",
    ),
    Action(
        "assign", "交办", ("accepted",), (*DESK, "import"), triage.assign, ("assigned",), entries.Assign,
        checks=(guards.check_units("unit_id", "co_unit_ids"),),
        notices=("request_assigned", "request_assigned_asker", "co_assigned"),
        sentence="交{unit_id}主办", is_primary=True, icon="users",
    ),
    Action(
        "answer_on_spot", "当场答复", ("received", "accepted"), DESK, closing.answer_on_spot, ("answered",),
        entries.Reply, checks=(guards.check_blanks,), notices=("request_answered", "conclusion_wanted"),
        sentence="当场答复", icon="edit",
    ),
    Action(
        "request_material", "请企业补材料", ("received", "accepted", "assigned", "handling"), (*DESK, *LEAD),
        triage.request_material, ("waiting_material",), material.RequestMaterial,
        guards=(material.not_asked,), notices=("material_requested",),
        sentence="一次性告知要补的材料，期限先停", icon="file",
    ),
    Action(
        "give_material", "补交材料", ("waiting_material",), (*ASKER, *DESK), triage.give_material,
        ("received", "accepted", "assigned", "handling"), material.GiveMaterial,
        notices=("material_given",), sentence="补齐了材料，期限继续算", is_primary=True, icon="upload",
    ),
    Action(
        "add_info", "补充情况", (*OPEN, "transferred"), (*ASKER, *DESK), triage.add_info, (), entries.AddInfo,
        notices=("info_added",), sentence="补充：{text}", icon="edit",
    ),
    Action(
        "set_contact", "改联系电话", GOING, (*ASKER, *DESK), correcting.set_contact,
        (), correcting.ContactGiven, sentence="改了联系电话", is_minor=True, icon="phone",
    ),
    Action(
        "join", "并入另一件", ("received", "accepted"), DESK, intakes.join, ("ended",), entries.Join,
        sentence="并入 {target}", icon="merge", is_minor=True,
        part_of="request_join", whole=desk.join_whole,
    ),
    Action(
        "take_in", "并入来件", OPEN, DESK, intakes.take_in, (), entries.TakeIn,
        sentence="并入 {source} 的来件", icon="merge", part_of="request_join",
    ),
    Action(
        "split", "拆成几件", ("received", "accepted"), DESK, intakes.split, (), entries.Split,
        sentence="拆出 {titles}", icon="split", is_minor=True,
        part_of="request_split", whole=desk.split_whole,
    ),
    asking.request(DECLINE, ("received", "accepted"), DESK, icon="x"),
    asking.decision(
        DECLINE, ("received", "accepted"), SUPERVISION, triage.declined, "ended",
        shows=(in_view.request_in_view("decline"),), notices=("request_declined",),
    ),
    Action(
        "conclude", "下结论", ("answered",), DESK, closing.conclude, ("ended",), entries.Conclude,
        guards=(guards.is_no_problem,), judges=True, notices=("request_concluded",),
        sentence="结论：{outcome}", icon="check",
    ),
    correcting.correct(
        (*GOING, *ENDS, "ended"), (*DESK, *SUPERVISION), entries.Correct, checks=(guards.check_category,),
    ),
    Action(
        "issue_letter", "发函", (*WORKING, "accepted", "suspended"), (*DESK, *SUPERVISION), triage.issue_letter, (),
        entries.LetterEntry, notices=("letter_issued",), sentence="发出{kind} {number}", icon="mail",
        part_of="letter_issue",
    ),
    Action(
        "transfer_up", "交市级平台", ("accepted", "handling", "escalated"), (*DESK, *SUPERVISION),
        handling.transfer_up, ("transferred",), entries.TransferUp, notices=("request_transferred",),
        sentence="交{system}办理", icon="upload",
    ),
    Action(
        "transfer_update", "登记市级进展", ("transferred",), (*DESK, "system"), handling.transfer_update,
        ("answered", "accepted", "handling", "escalated"), entries.TransferUpdate,
        notices=("request_answered",), sentence="市级平台：{external_state}", icon="download",
    ),
)  # fmt: skip

UNIT_ACTIONS = (
    Action(
        "take", "签收", ("assigned",), (*LEAD, *CO), handling.take, ("handling",), entries.Take,
        guards=(guards.own_part_unsigned,), checks=(guards.check_handler,), notices=("request_taken",),
        sentence="签收", is_primary=True, icon="check",
    ),
    Action(
        "take_co", "签收协办", ("handling", "escalated", "suspended"), CO, handling.take_co, (), entries.Take,
        guards=(guards.own_part_unsigned,), checks=(guards.check_handler,), sentence="签收协办", icon="check",
    ),
    Action(
        "give_back", "退回", ("assigned", "handling"), (*LEAD_HEAD, "co:liaison", "co:leader"), triage.give_back,
        ("accepted", "disputed"), entries.GiveBack, guards=(guards.within_return_time,),
        notices=("request_returned",), sentence="退回：{reason}", icon="undo",
    ),
    Action(
        "set_handler", "换经办人", WORKING, (*LEAD_HEAD, "co:liaison", "co:leader"), handling.set_handler, (),
        entries.SetHandler, checks=(guards.check_handler,), notices=("handler_named",),
        sentence="经办人换成{handler_id}", is_minor=True, icon="user",
    ),
    Action(
        "add_co", "请单位协办", ("handling", "escalated"), (*LEAD_HEAD, *DESK), triage.add_co, (), entries.AddCo,
        checks=(guards.check_units("co_unit_ids"),), notices=("co_assigned",),
        sentence="请{co_unit_ids}协办", icon="users",
    ),
    Action(
        "co_answer", "交协办意见", ("assigned", "handling", "escalated", "suspended"), CO, handling.co_answer, (),
        entries.Opinion, guards=(guards.own_part_waiting,), notices=("co_answered",),
        sentence="交来协办意见", is_primary=True, icon="edit",
    ),
    Action(
        "interim_reply", "告诉企业进展", ("handling", "escalated", "suspended"), LEAD, handling.interim_reply, (),
        entries.Reply, checks=(guards.check_blanks,), notices=("interim_reply",), sentence="告诉企业进展",
        icon="mail",
    ),
    *countersigning.countersigned(
        Action(
            "answer", "提交答复", ("handling",), LEAD, closing.answer, ("answered",), entries.Answer,
            guards=(guards.lead_has_taken, guards.co_handlers_answered, asking.no_open_request),
            checks=(guards.check_blanks,), shows=(in_view.similar_in_view,),
            notices=("request_answered", "conclusion_wanted"), sentence="答复", is_primary=True, icon="edit",
        ),
        "handling", closing.send_answer,
    ),
    Action(
        "contact", "记一次联系", GOING, (*LEAD, *CALLBACK, *DESK),
        closing.contact, (), recording.ContactEntry, checks=(guards.check_intake,),
        sentence="联系企业（{method}）", icon="phone",
    ),
    Action(
        "meet", "记会商或踏勘", (*WORKING, "disputed", "suspended"), (*LEAD, *DESK, *SUPERVISION, "task_force"),
        handling.meet, (), entries.Meeting, checks=(guards.check_document_date,),
        sentence="{kind}：{decision}", icon="users",
    ),
    asking.request(
        EXTENSION, ("handling",), LEAD, handling.ask_extension, input=entries.AskExtension,
        guards=(asking.no_open_request, guards.extension_left, guards.handling_clock_runs),
        checks=(guards.check_workdays,), shows=(in_view.extension_in_view,),
        sentence="申请延 {workdays} 个工作日：{reason}", icon="clock",
    ),
    asking.request(
        SUSPENSION, ("handling",), LEAD, handling.ask_suspension, input=entries.AskSuspension,
        guards=(asking.no_open_request, guards.handling_clock_runs), icon="pause",
    ),
    Action(
        "resume", "恢复办理", ("suspended",), (*LEAD, *SUPERVISION), handling.resume, ("handling",), entries.Reason,
        notices=("request_resumed",), sentence="恢复办理：{reason}", is_primary=True, icon="check",
    ),
    Action(
        "declare_unsolvable", "现在办不了", ("handling",), LEAD, handling.declare_unsolvable, (), entries.Reason,
        sentence="提出现在办不了：{reason}", icon="alert",
    ),
    Action(
        "explain", "提交解释", ("handling", "escalated"), LEAD, handling.explain, (), entries.Explain,
        guards=(guards.lead_has_taken, asking.no_open_request), checks=(guards.check_blanks,),
        notices=("asked",),
        sentence="提交解释，申请存档", icon="file",
    ),
    Action(
        "set_petition_number", "登记信访编号", (*WORKING, "filed"), (*LEAD, *DESK), handling.set_petition_number,
        (), entries.PetitionNumber, sentence="信访件编号 {petition_number}", is_minor=True, icon="file",
    ),
    reminding.receipt(GOING, (*LEAD, *CO, "desk:desk", "supervision:supervisor")),
    recording.remark(GOING, (*LEAD, *CO, *DESK, *SUPERVISION, *CALLBACK, "official", "task_force"), entries.Note),
)  # fmt: skip

JUDGING_ACTIONS = (
    Action(
        "give_verdict", "评价", ("answered",), ASKER, closing.give_verdict,
        ("answered", "written_off", "handling", "accepted", "escalated"), entries.OwnVerdict,
        guards=(guards.is_problem,), checks=(guards.check_intake, guards.check_own_intake, guards.check_same_answer),
        judges=True,
        notices=("not_solved", "second_refusal", "request_closed"), sentence="说“{value}”",
        is_primary=True, icon="thumb-up",
    ),
    Action(
        "record_verdict", "记下企业的评价", ("answered",), CALLBACK, closing.record_verdict,
        ("answered", "written_off", "handling", "accepted", "escalated"), entries.RecordedVerdict,
        guards=(guards.is_problem,), checks=(guards.check_intake,), judges=True,
        notices=("not_solved", "second_refusal", "request_closed"),
        sentence="记下企业说“{value}”（{how}）", is_primary=True, icon="phone",
    ),
    asking.request(
        UNCONFIRMED, ("answered",), CALLBACK, judges=True,
        guards=(guards.is_problem, asking.no_open_request, guards.unreached_often_enough),
        sentence="联系不上，申请按“未确认”办结", icon="x",
    ),
    asking.decision(
        UNCONFIRMED, ("answered",), SUPERVISION, closing.unconfirmed, "written_off",
        shows=(in_view.attempts_in_view,), notices=("request_closed",),
    ),
    asking.decision(
        EXTENSION, ("handling", "escalated", "answered", "suspended"), SUPERVISION, handling.extended,
        shows=(in_view.request_in_view("extension"),), notices=("request_extended",), icon="clock",
    ),
    asking.decision(
        SUSPENSION, ("handling",), SUPERVISION, handling.suspended, "suspended",
        shows=(in_view.request_in_view("suspension"),), notices=("request_suspended",), icon="pause",
    ),
    asking.decision(
        EXPLANATION, ("handling", "escalated"), SUPERVISION, closing.explained, "filed",
        shows=(in_view.explanation_in_view,), notices=("request_filed",),
    ),
    Action(
        "decide_jurisdiction", "裁定管辖", ("disputed",), SUPERVISION, triage.decide_jurisdiction, ("assigned",),
        entries.DecideJurisdiction, checks=(guards.check_units("unit_id"),), judges=True,
        shows=(in_view.returns_in_view,),
        notices=("jurisdiction_decided",), sentence="裁定由{unit_id}主办：{reason}", is_primary=True, icon="check",
    ),
    ending.withdraw(GOING, "ended", counts="closed_withdrawn"),
    Action(
        "reopen", "重新办", ENDS, (*ASKER, *CALLBACK, *SUPERVISION), closing.reopen, ("handling", "accepted"),
        entries.Reason, guards=(guards.can_be_reopened, guards.was_accepted), judges=True,
        notices=("request_reopened",), sentence="要求重新办：{reason}", icon="undo",
    ),
    *ending.annul((*GOING, *ENDS, "ended"), "ended", asked_by=(*DESK, *SUPERVISION), decided_by=SUPERVISION),
)  # fmt: skip

SUPERVISING_ACTIONS = (
    reminding.urging(
        (*WORKING, "disputed", "suspended", "accepted"), (*SUPERVISION, *DESK, *LEAD_HEAD, "official"), "card_urging",
        is_minor=False,
    ),
    Action(
        "instruct", "批示", OPEN, LEADERS, supervising.instruct, (), entries.Instruction,
        checks=(reminding.check_addressee,), notices=("instruction",), sentence="批示：“{text}”", icon="edit",
    ),
    Action(
        "form_task_force", "组专班", WORKING, LEADERS, supervising.form_task_force, (), entries.TaskForce,
        notices=("task_force",), sentence="组专班：{text}", icon="users",
    ),
    Action(
        "name_lead_official", "请领导领衔", WORKING, (*SUPERVISION, *DESK), supervising.name_lead_official, (),
        entries.LeadOfficial, notices=("lead_official",), sentence="请{person_id}领衔", icon="star",
    ),
    Action(
        "send_back", "退回重办", ("escalated",), SUPERVISION, supervising.send_back, ("handling", "accepted"),
        entries.Instruction, judges=True, notices=("instruction",), sentence="督查退回重办：“{text}”",
        is_primary=True, icon="undo",
    ),
)  # fmt: skip

PROGRAM_ACTIONS = (
    *recording.by_program((s.code for s in STATES), GOING, "card_{kind}", weekly="urging.most"),
    Action(
        "import_history",
        "导入历史答复",
        ("received",),
        ("import",),
        intakes.import_history,
        ("ended",),
        entries.ImportHistory,
        sentence="历史答复（导入，未经核实）",
    ),
)

ASKER_READS = {
    "triage": ("level",), "assign": ("unit_id", "co_unit_ids", "receipt"), "add_co": ("co_unit_ids",),
    "take": (), "give_back": (), "resume": (), "reopen": (), "send_back": (), "void": (), "decide_void": (),
    "join": (), "decide_answer": (),
    "decide_jurisdiction": ("unit_id",), "transfer_up": ("system",), "transfer_update": ("external_state", "text"),
    "answer_on_spot": ("text", "documents"), "interim_reply": ("text", "documents"),
    "answer": ("text", "result", "quantity", "quantity_unit", "firms_benefited", "documents"),
    "request_material": ("items", "basis"), "give_material": ("note", "documents"), "add_info": (),
    "contact": ("method",), "record_verdict": ("value", "satisfaction", "how"), "conclude": ("outcome", "reason"),
    "decide_extension": ("decision",), "decide_suspension": ("decision",), "decide_explain": ("decision",),
    "import_history": ("text", "unit_name", "given_on"),
}  # fmt: skip

SERVICE_REQUEST = PROCEDURES.register(
    Procedure(
        code="service_request",
        version=1,
        label="涉企诉求",
        purpose="企业说一件事，一个口子进出，限期办好，企业说了算。",
        states=STATES,
        initial="received",
        opening=OPENING,
        actions=(*DESK_ACTIONS, *UNIT_ACTIONS, *JUDGING_ACTIONS, *SUPERVISING_ACTIONS, *PROGRAM_ACTIONS),
        deadlines=DEADLINES,
        kinds=entries.KINDS,
        outcomes={
            "solved": "解决了", "partly": "部分解决，企业同意办结", "unconfirmed": "未确认", "explained": "已解释存档",
            "adopted": "采纳", "not_adopted": "暂不采纳", "answered": "已答复", "clue_handled": "已核处",
            "joined": "并入另一件", "declined": "不受理", "withdrawn": "企业撤回", "voided": "作废",
            "imported": "导入的历史件，未核实",
        },
        parties=PARTIES,
        extras=RequestExtras,
        asker_reads=ASKER_READS,
        approvals=APPROVALS,
        letters=(letters.HANDING_OVER, letters.JOINING_IN, letters.URGING, letters.ANSWERING),
    )
)  # fmt: skip
