"""项目推进: from signing to production by eight offices, with approvals beside each other, one tracker, one board."""

from qiying.capabilities.projects.rules.kinds import KINDS
from qiying.capabilities.projects.services import parts, signing, steps, watching
from qiying.capabilities.projects.services.common import NOTICE, ProjectExtras
from qiying.kernel.cases.entering import Text
from qiying.kernel.cases.standard import asking, children, ending, recording, reminding
from qiying.kernel.cases.vocabulary import (
    CHILD_MOVED,
    PROCEDURES,
    Action,
    Asked,
    Deadline,
    Party,
    Procedure,
    State,
)

LEAD = ("lead:investment", "lead:handler", "lead:liaison", "lead:leader")
TRACK = ("track:tracker",)
OFFICES = ("force:handler", "force:liaison", "force:leader", "force:investment")
WATCH = ("supervision:supervisor", "supervision:discipline")
SERVICE = ("service:leader", "service:liaison")
FIRM = ("firm",)
OPEN = ("preparing", "landed", "building", "completed", "producing")
LANDING = ("preparing", "landed")
EVERY = (*OPEN, "done", "stopped", "voided")
GREEN = Asked("green", "绿色通道", "service")
BEGIN = Asked("begin", "延期开工（几个月）", "permits")
STOP = Asked("stop", "终止项目", "supervision")

STATES = (
    State("preparing", "前期", "lead", sentence="签约了，正在办前期手续和供地"),
    State("landed", "报批", "lead", sentence="土地签了，正在报批，等施工许可"),
    State("building", "建设", "lead", sentence="开工了，正在建设"),
    State("completed", "竣工", "lead", sentence="竣工了，正在验收备案"),
    State("producing", "投产", "lead", sentence="投产了，等最后一次现场看过就办结"),
    State("done", "办结", is_final=True, sentence="投产办结了"),
    State("stopped", "终止", is_final=True, sentence="项目终止了"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)
DEADLINES = (
    Deadline("whole", "签约到施工许可", "project.target", "区里的目标：224 天提速到 64 天", (CHILD_MOVED,),
             unit="day", has_cards=True, is_promise=True, counts=False),
    Deadline("step", "走到下一步", "project.step", "项目计划定的日子",
             ("sign_land", "start", "complete", "produce", "replan"), unit="day", has_cards=True),
    Deadline("begin_licence", "领证后开工", "project.begin_licence", "《建筑法》第九条：三个月", ("start",),
             unit="day", has_cards=True, counts=False),
    Deadline("begin_filing", "核准后开工", "project.begin_filing", "国务院令第673号第十二条：两年", ("start",),
             unit="day", counts=False),
    Deadline("begin_eia", "环评批准后开工", "project.begin_eia", "《环境影响评价法》第二十四条：五年", ("start",),
             unit="day", counts=False),
    Deadline("filing", "竣工验收备案", "project.filing", "《建设工程质量管理条例》第四十九条：十五日", ("file",),
             unit="day", has_cards=True, counts=False),
    Deadline("papers", "报送竣工资料", "project.papers", "《城乡规划法》第四十五条：六个月", ("hand_in",), unit="day",
             counts=False),
    *(
        Deadline(f"look_{point}", label, f"project.look_{point}", "关键环节到现场看（区县约定，样例）", ("visit",),
                 has_cards=True, counts=False, owed_by="track")
        for point, label in (("start", "开工监督"), ("building", "建设监督"), ("production", "投产监督"))
    ),
)  # fmt: skip
OPENING = Action(
    "sign", "登记签约项目", (), ("investment",), signing.signed, ("preparing",), signing.Signing,
    part_of="project.sign", whole=signing.project_sign, notices=(NOTICE,), icon="edit",
    sentence="签约：{title}，{firm_name}，总投资 {invest} 万元",
)  # fmt: skip
WAY = (
    Action("sign_land", "土地签约", ("preparing",), LEAD, steps.landed, ("landed",), steps.Land,
           guards=(steps.offices_done("tudi", "zhengshou"),), checks=(steps.check_landed,), notices=(NOTICE,),
           sentence="{landed_on}签了土地合同 {contract}，影子批文转正", is_primary=True),
    Action("start", "开工", ("landed",), LEAD, steps.started, ("building",), steps.Step, guards=(steps.has_licence,),
           checks=(steps.check_step("started"),), notices=(NOTICE,), sentence="{on}开工：{text}", is_primary=True),
    Action("complete", "竣工", ("building",), LEAD, steps.completed, ("completed",), steps.Step,
           guards=(steps.was_seen("start", "building"),), checks=(steps.check_step("completed"),),
           sentence="{on}竣工：{text}", is_primary=True),
    Action("file", "竣工验收备案了", ("completed",), LEAD, steps.filed, (), Text, sentence="备案了：{text}"),
    Action("hand_in", "竣工资料报送了", ("completed", "producing"), LEAD, steps.handed_in, (), Text,
           sentence="竣工资料报规划部门了：{text}"),
    Action("produce", "投产", ("completed",), LEAD, steps.produced, ("producing",), steps.Step,
           guards=(steps.is_filed,), checks=(steps.check_step("produced"),), notices=(NOTICE,),
           sentence="{on}投产：{text}", is_primary=True),
    Action("finish", "办结", ("producing",), LEAD, steps.done, ("done",), Text,
           guards=(steps.was_seen("production"), children.every_child_is_final), sentence="办结：{text}",
           is_primary=True),
)  # fmt: skip
BESIDE = (
    Action("code", "补项目代码", OPEN, (*LEAD, *FIRM), signing.coded, (), signing.Code, suits=signing.has_no_code,
           checks=(signing.check_code,), sentence="项目代码 {code}", icon="edit"),
    Action("bind_firm", "项目公司登记好了", OPEN, LEAD, signing.firm_bound, (), signing.Firm,
           suits=signing.has_no_firm, checks=(signing.check_firm,), sentence="项目公司：{enterprise_id}", icon="user"),
    Action("form_force", "定专班和跟踪员", OPEN, LEAD, watching.forced, (), watching.Force,
           checks=(watching.check_force,), notices=(NOTICE,), icon="user",
           sentence="专班：{head}牵头，跟踪员{tracker}"),
    Action("ask_approval", "提一项审批", LANDING, (*LEAD, *TRACK), parts.asked, (), parts.ApprovalAsked,
           checks=(parts.check_asked,), sentence="提了{kind}，{unit_id}办", icon="file"),
    Action("visit", "到现场", OPEN, (*TRACK, *WATCH), watching.visited, (), watching.Visit,
           guards=(watching.is_watcher,), checks=(watching.check_visit,), starts_with=watching.visit_now,
           notices=(NOTICE,), sentence="{on}{point}，{result}：{text}", icon="eye"),
    Action("report_stuck", "卡住了", OPEN, (*FIRM, *LEAD, *TRACK, *OFFICES), watching.stuck, (), watching.Stuck,
           suits=watching.is_free, checks=(watching.check_stuck,), notices=(NOTICE,), sentence="卡住了：{text}",
           icon="flag"),
    Action("free", "解开了", OPEN, (*LEAD, *TRACK, *OFFICES), watching.freed, (), Text,
           suits=watching.is_stuck, notices=(NOTICE,), sentence="解开了：{text}", icon="check"),
    Action("replan", "改计划", OPEN, LEAD, signing.planned, (), signing.NewPlan, checks=(signing.check_plan,),
           starts_with=signing.plan_now, sentence="改计划：{reason}", is_minor=True, icon="edit"),
    Action("own_days", "记企业自己用的天数", LANDING, LEAD, signing.owned, (), signing.OwnDays,
           sentence="企业自己用了 {days} 天：{reason}", is_minor=True, icon="clock"),
    Action("estimate", "比概算", LANDING, LEAD, signing.estimated, (), signing.Estimate, suits=signing.is_government,
           checks=(signing.check_estimate,), sentence="概算 {estimate} 万元，可研 {feasibility} 万元", is_minor=True),
    asking.request(GREEN, LANDING, (*LEAD, *TRACK, *SERVICE), watching.green_asked, input=watching.Green,
                   guards=(asking.no_open_request,), suits=watching.not_green, checks=(watching.check_green,),
                   icon="flag"),
    asking.decision(GREEN, LANDING, SERVICE, watching.green_given, notices=(NOTICE,)),
    asking.request(BEGIN, ("landed",), (*LEAD, *FIRM), steps.more_asked, input=steps.MoreTime,
                   guards=(asking.no_open_request,), checks=(steps.check_more,), is_minor=True, icon="clock"),
    asking.decision(BEGIN, ("landed",), ("permits:leader", "permits:handler"), steps.more_given),
    asking.request(STOP, OPEN, LEAD, is_minor=True, icon="x"),
    asking.decision(STOP, OPEN, ("supervision:supervisor", "supervision:district_leader"), steps.stopped, "stopped",
                    notices=(NOTICE,)),
)  # fmt: skip
COMMON = (
    children.child_moved(LANDING, parts.part_moved),
    recording.remark(OPEN, (*LEAD, *TRACK, *OFFICES, *WATCH)),
    reminding.urging(OPEN, WATCH),
    reminding.receipt(EVERY, (*LEAD, *TRACK)),
    *ending.annul(("preparing",), "voided", also=children.void_too, asked_by=LEAD,
                  decided_by=("supervision:supervisor",)),
    *recording.by_program(EVERY, OPEN),
)  # fmt: skip

PROJECT = PROCEDURES.register(
    Procedure(
        code="project",
        version=1,
        label="项目推进",
        purpose="项目从签约到投产：八办各办一段，审批并联、先出影子批文，专人跟踪到现场，卡住的排在最前面。",
        number_prefix="XM",
        closes_by="decision",
        states=STATES,
        initial="preparing",
        opening=OPENING,
        actions=(*WAY, *BESIDE, *COMMON),
        deadlines=DEADLINES,
        kinds=KINDS,
        outcomes={"produced": "投产", "stopped": "终止", "voided": "作废"},
        parties=(
            Party("firm", "项目企业", "enterprise"),
            Party("lead", "招商和引进单位", sees=("restricted",)),
            Party("service", "服务办", sees=("restricted",)),
            Party("force", "专班单位"),
            Party("track", "跟踪员单位", sees=("restricted",)),
            Party("permits", "发证部门"),
            Party("supervision", "督查办", sees=("restricted",)),
        ),
        extras=ProjectExtras,
        approvals=(GREEN, BEGIN, STOP, ending.ANNULMENT),
        asker_reads={
            "sign": ("title", "firm_name", "invest", "signed_on"),
            CHILD_MOVED: children.ASKER_READS,
            "sign_land": ("landed_on", "contract"),
            "start": ("on", "text"),
            "complete": ("on", "text"),
            "file": (),
            "produce": ("on", "text"),
            "form_force": ("head", "tracker"),
            "ask_approval": ("kind", "unit_id"),
            "visit": ("point", "on", "result"),
            "free": ("text",),
            "code": ("code",),
        },
    )
)
