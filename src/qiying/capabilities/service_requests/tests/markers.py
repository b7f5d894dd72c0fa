"""Service requests with a marked word in everything that a hidden asker, or another asker, or an asker may not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from qiying.capabilities.service_requests.services.desk import request_join
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.capabilities.service_requests.views.enterprise.say import token_of
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.links import link_make
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.cases.services.countersigning import countersign_set
from qiying.kernel.cases.tests.markers import NOBODY, Asked, Marker, Story, seed
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.organisations.tests.factories import make_person, make_unit


class Asker(NamedTuple):
    """One who asks, with everything by which he is known."""

    who: str
    firm: str
    name: str
    phone: str
    word: str
    spoken: str
    """A telephone in what was said."""

    @property
    def said(self) -> str:
        return (
            f"{self.firm}门口的限高杆挡住货车，我是{self.name}，电话{self.spoken}，请帮忙。原话{self.word}。"
        )


HIDDEN = Asker("clerk", "玄甲特种阀门有限公司", "钟离甲一", "13912340001", "甲零一", "13712340001")
FIRST = Asker("first", "白丁橡胶制品有限公司", "慕容丁一", "13912340003", "丁零一", "13712340003")
SECOND = Asker("neighbour", "隔壁包装有限公司", "邻居乙二", "13912340002", "乙零一", "13712340002")
SOURCE = "SRC-7788-甲"
UNITS = ("handler", "leader", "co_handler")
OUTSIDE = ("outsider", "district_leader", NOBODY)
"""Who handles learns nothing of a hidden asker, nor does who has no part in the case."""
INTERNAL = ("会商纪要密一", "会商决定密二", "退回理由密三", "催办密四", "留言密五", "协办意见密六", "延期理由密七",
            "批示密八", "协办要答密九", "交办要求密十", "会商照片密", "联系记录密", "送审稿密十三", "作废理由密十四", "更正理由密十五")  # fmt: skip


def cast() -> World:
    """Return a world with three askers, and a district leader."""
    world = make_world()
    for asker in (HIDDEN, FIRST, SECOND):
        firm = make_enterprise(world.district, asker.firm)
        world.people[asker.who] = make_clerk(firm, asker.name)
    world.people["district_leader"] = make_person(
        "区长", make_unit(world.district, "区政府"), "district_leader"
    )
    return world


def firm_of(world: World, asker: Asker) -> int:
    """Return the id of an asker's enterprise."""
    return next(iter(world.viewer(asker.who).enterprise_ids))


def asked(world: World, asker: Asker, **more: Any) -> Case:
    """Let an asker say his marked words and bring a marked file."""
    return world.submit(
        asker.who, text=asker.said, enterprise_id=firm_of(world, asker), contact_name=asker.name,
        contact_phone=asker.phone, documents=[file(world, asker.who, f"{asker.firm}{asker.word}照")], **more,
    )  # fmt: skip


def file(world: World, who: str, name: str) -> int:
    """Return the id of a draft of a person."""
    actor = world.viewer(who)
    owner = draft_owner(actor, None)
    kept = document_store(
        content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", name=f"{name}.pdf", kind="material",
        subject=f"{draft_prefix(owner or '')}t", actor=actor, district_id=world.district.pk, at=world.now,
    )  # fmt: skip
    return kept.pk


def handed_over(world: World, case: Case) -> Case:
    """Accept a request and hand it to two units."""
    case = world.act(case, "desk", "triage", kind="problem", category="park_transport", level="general")
    return world.act(
        case, "desk", "assign", unit_id=world.units["town"].pk, co_unit_ids=[world.units["bureau"].pk],
        ask="交办要求密十", co_ask="协办要答密九",
    )  # fmt: skip


def hidden(world: World) -> Case:
    """Return a request of a hidden asker that the desk handed over."""
    return handed_over(world, asked(world, HIDDEN, hide_asker=True, place="工业路"))


def worked(world: World, case: Case, asker: Asker) -> Case:
    """Do every act in which offices write to one another, and the asker's own."""
    case = world.act(case, "handler", "take")
    world.act(case, asker.who, "add_info", text=f"{asker.name}补充：{asker.firm}的车更多了，原话{asker.word}。",
              documents=[file(world, asker.who, f"{asker.word}补充")])  # fmt: skip
    world.act(case, "handler", "note", text="留言密五")
    world.act(case, "desk", "urge", text="催办密四", unit_id=world.units["town"].pk)
    world.act(case, "supervisor", "instruct", text="批示密八", unit_id=world.units["town"].pk)
    world.act(case, "handler", "meet", kind="conference", on=world.now.date(), people="两家单位",
              minutes="会商纪要密一", decision="会商决定密二", documents=[file(world, "handler", "会商照片密")])  # fmt: skip
    world.act(case, "co_handler", "co_answer", text="协办意见密六")
    world.act(case, "handler", "contact", method="phone", reached=False, note="联系记录密")
    return world.act(case, "handler", "ask_extension", workdays=2, reason="延期理由密七")


def answered(world: World, case: Case) -> Case:
    """Refuse the extension and answer."""
    case = world.act(case, "supervisor", "decide_extension", decision="refused", note="再想想办法")
    return world.act(
        case, "handler", "answer", text="限高杆已经往东挪了十米，货车可以进出了。", result="solved"
    )


def given_back(world: World) -> Case:
    """Return a hidden asker's request that a unit gave back."""
    return world.act(
        hidden(world), "liaison", "give_back", reason="退回理由密三，不归我们", basis="三定方案第三条"
    )


def countersigned(world: World) -> Case:
    """Return a hidden asker's request whose answer waits to be approved in its unit, corrected and nearly annulled."""
    town, leader = world.units["town"], world.viewer("leader")
    setting: dict[str, Any] = {"people": [], "approvers": [world.people["leader"].pk], "at": world.now}
    countersign_set(actor=leader, unit=town, whose="others", **setting)
    case = world.act(hidden(world), "handler", "take")
    case = world.act(case, "co_handler", "co_answer", text="协办意见密六")
    case = world.act(case, "desk", "ask_void", reason="作废理由密十四")
    case = world.act(case, "supervisor", "decide_void", decision="refused", note="不是重复的")
    case = world.act(case, "desk", "correct", title="厂门口的限高杆", reason="更正理由密十五")
    case = world.act(case, "handler", "ask_answer", text="送审稿密十三：已经往东挪了十米。", result="solved")
    countersign_set(actor=leader, unit=town, whose="nobody", **setting)
    return case


def shared(world: World) -> Case:
    """Return a request two enterprises asked, worked on, answered and judged by the first."""
    case, second = asked(world, FIRST), asked(world, SECOND)
    case = request_join(case=second, target_number=case.number, actor=world.viewer("desk"), now=world.now)
    case = answered(world, worked(world, handed_over(world, case), FIRST))
    return world.act(case, FIRST.who, "give_verdict", value="solved", comment=f"原话{FIRST.word}，好了")


@seed
def service_requests() -> Story:
    """Hidden askers' and shared requests from reception to the end."""
    world = cast()
    cases = [hidden(world), worked(world, hidden(world), HIDDEN), given_back(world)]
    ended = answered(world, worked(world, hidden(world), HIDDEN))
    cases.append(world.act(ended, "clerk", "give_verdict", value="solved", comment=f"{HIDDEN.name}说好了"))
    sent = world.submit(
        "desk", channel="hotline_12345", text=HIDDEN.said, hide_asker=True, source_id=SOURCE,
        contact_name=HIDDEN.name, contact_phone=HIDDEN.phone, enterprise_id=firm_of(world, HIDDEN),
    )  # fmt: skip
    cases.append(handed_over(world, sent))
    cases.append(countersigned(world))
    joint = shared(world)
    for _ in range(3):
        jobs_run(world.now)
        outbox_run(world.now)
    acts = [("handler", "note"), ("handler", "take")]
    return Story(
        capability="service_requests",
        people=dict(world.people),
        markers=list(_markers(world)),
        cases=[_case(c) for c in (*cases, joint)],
        arguments={"code": ["note"], "action": ["note"], "person_id": [1], "unit_id": [1], "year": [2026]},
        links=_links(world, joint),
        asks=[
            *(Asked(c.number, w, firm_of(world, HIDDEN), frozenset(UNITS))
              for c in cases for w in (HIDDEN.firm, HIDDEN.firm[:4], HIDDEN.name, HIDDEN.spoken, SOURCE)),
            *(Asked(joint.number, w, firm_of(world, FIRST), frozenset({SECOND.who}))
              for w in (FIRST.firm[:4], FIRST.name, FIRST.word)),
        ],
        posts=[(who, f"/api/v1/cases/{c.number}/actions/{code}", {"data": {"text": "再留一条"}})
               for c in (cases[1], ended) for who, code in acts],
    )  # fmt: skip


def _markers(world: World) -> Iterator[Marker]:
    everybody = frozenset({*UNITS, *OUTSIDE, "desk", "supervisor", "callback", "clerk", "first", "neighbour"})
    outside = frozenset(OUTSIDE)
    register = ("/enterprises/", "/policies/")
    for asker in (HIDDEN, FIRST, SECOND):
        others = outside | {a.who for a in (HIDDEN, FIRST, SECOND)} - {asker.who}
        unseeing = others | (frozenset(UNITS) if asker is HIDDEN else frozenset())
        yield Marker(asker.phone, everybody - {asker.who})
        yield Marker(asker.word, others)
        yield Marker(asker.spoken, unseeing)
        yield Marker(asker.name, unseeing, register)
        yield Marker(asker.firm[:4], unseeing, register)
        yield Marker(f'"enterprise_id":{firm_of(world, asker)},', unseeing)
    yield Marker(SOURCE, outside | frozenset(UNITS))
    for word in INTERNAL:
        yield Marker(word, frozenset({"clerk", "first", "neighbour", "outsider", NOBODY}))


def _case(case: Case) -> dict[str, list[Any]]:
    documents = Document.objects.filter(subject=f"case:{case.pk}").values_list("pk", flat=True)
    intakes = CaseIntake.objects.filter(case=case).values_list("intake_id", flat=True)
    return {"number": [case.number], "document_id": list(documents), "intake_id": list(intakes)}


def _links(world: World, joint: Case) -> dict[str, list[str]]:
    second = CaseIntake.objects.get(case=joint, is_primary=False)
    tokens = {
        "first": token_of(joint),
        "neighbour": link_make(
            case_number=joint.number, intake_id=second.intake_id, district_id=world.district.pk
        ),
    }
    return {who: [f"/l/{t}/", f"/l/{t}/print/", f"/say/done/{t}/"] for who, t in tokens.items()}
