"""The congress's year in the demo: one topic deliberated and followed, an inquiry, a visit ahead, a motion, a theme."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

from qiying.capabilities.deliberations.models import (
    LocalVoteRule,
    OpinionItem,
    QuestionMotion,
    Sitting,
    Theme,
)
from qiying.capabilities.deliberations.services import items, motions, sittings, themes
from qiying.capabilities.deliberations.services.keeping import row_keep
from qiying.capabilities.deliberations.services.votes import vote_record
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.gatherings.models import Attendee
from qiying.kernel.gatherings.services.editing import Change, edits_apply
from qiying.kernel.gatherings.services.letters import letters_send
from qiying.kernel.gatherings.services.people import attendee_add, check_in
from qiying.kernel.gatherings.services.planning import gathering_move
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer

ORDER = 76
APART = True
TOLD = told_in(Path(__file__).with_name("demo.yaml"))
MEMBERS, ASKERS = 29, 7


def tell(world: World) -> None:
    """Let it happen, as long as the congress has somebody who keeps it."""
    if "renda.congress" not in world.viewers:
        return
    plan, year = Plan(world, world.fresh_draw()), _Year(world)
    plan.put(world.lately(290), year.rule)
    plan.put(world.lately(280), year.inquiry)
    plan.put(world.lately(270), year.written_off)
    plan.put(world.lately(105), year.deliberation)
    plan.put(world.lately(102), year.adopted)
    plan.put(world.lately(98), year.handed_over)
    for ago in (74, 44, 14):
        plan.put(world.lately(ago), year.heard)
    plan.put(world.lately(10), year.reported)
    plan.put(world.lately(6), year.voted)
    plan.put(world.lately(45), year.question)
    plan.put(world.lately(20), year.theme)
    plan.put(world.lately(3), year.visit)
    plan.run(since=world.lately(291))


class _Year:
    def __init__(self, world: World) -> None:
        self.world, self.congress = world, world.viewers["renda.congress"]
        pairs = islice(product(TOLD["given_names"], TOLD["surnames"]), 8 if world.is_small else 60)
        self.deputies = [
            self._deputy(no, f"{surname}{given}") for no, (given, surname) in enumerate(pairs, 1)
        ]
        self.count = 10 if world.is_small else TOLD["sitting"]["items"]
        self.sitting: Sitting | None = None

    def _deputy(self, no: int, name: str) -> Person:
        """Make a deputy as whom nobody signs in."""
        told: dict[str, Any] = {"at": self.world.start, "title": "区人大代表"}
        return self.world.member(f"renda.deputy{no}", name, "renda", "deputy", **told)

    def _keep(self, model: Any, values: dict[str, Any], at: datetime) -> Any:
        given: dict[str, Any] = {"model": model, "row": None, "values": values, "names": tuple(values)}
        return row_keep(actor=self.congress, now=at, **given)

    def rule(self, at: datetime) -> None:
        values: dict[str, Any] = {
            **TOLD["rule"],
            "half_is_enough": False,
            "valid_from": date(local_date(at).year, 1, 1),
        }
        self._keep(LocalVoteRule, values, at)

    def _plan(self, at: datetime, kind: str, told: dict[str, Any], **more: Any) -> Sitting:
        on = local_date(at)
        values: dict[str, Any] = {
            "kind": kind, "title": told["title"], "place": told["place"], "on": on, "agenda": told.get("agenda", []),
            "starts_at": at_hour(on, time(9)), "ends_at": at_hour(on, time(12)), "members": MEMBERS,
            "opinions_until": on + timedelta(days=3), "report_unit": self.world.units["jingxin"].pk, **more,
        }  # fmt: skip
        return sittings.sitting_save(actor=self.congress, row=None, values=values, now=at)

    def _hold(
        self, at: datetime, row: Sitting, asked: list[list[str]], leaders: list[str], again: dict[int, str]
    ) -> None:
        """Invite, check in, let each deputy ask one department, ask again what was not answered."""
        one = row.gathering
        told: dict[str, Any] = {"gathering": one, "actor": self.congress, "now": at}
        askers = [attendee_add(**told, role="deputy", person=p) for p in self.deputies[: len(asked)]]
        leading = [attendee_add(**told, role="leader", name=name) for name in leaders]
        names = (f"{s}{g}" for g, s in product(reversed(TOLD["given_names"]), reversed(TOLD["surnames"])))
        some = islice(names, MEMBERS if len(self.deputies) > MEMBERS and again else 3)
        leading += [attendee_add(**told, role="member", name=name, title="常委会委员") for name in some]
        for unit in dict.fromkeys(unit for unit, *_ in asked):
            attendee_add(**told, role="unit", unit=self.world.units[unit])
        sittings.deputies_invite(actor=self.congress, row=row, now=at)
        gathering_move(**told, to="inviting")
        gathering_move(**told, to="running")
        online = one.attendees.filter(role="online").order_by("pk")[: len(self.deputies)]
        for attendee in [*Attendee.objects.filter(pk__in=[a.pk for a in (*askers, *leading)]), *online]:
            attendee.gathering = one
            check_in(attendee=attendee, actor=self.congress, how="by_hand", now=at)
        for no, (unit, text, answer, said) in enumerate(asked, 1):
            fields: dict[str, str] = {
                "text": text,
                "speaker": str(askers[no - 1].pk),
                "unit": str(self.world.units[unit].pk),
            }
            fields |= {"answer": answer, "answer_text": said}
            if answer == "promised":
                fields["promised_by"] = self.world.workday(one.on + timedelta(days=90)).isoformat()
            self._write(told, f"q{no}", fields)
        for no, text in again.items():
            unclear = one.items.get(no=no)
            given: dict[str, Any] = {"item_id": unclear.pk, "text": text, "now": at}
            made = sittings.question_follow_up(actor=self.congress, row=row, **given)
            said = "由我单位牵头，下个月起就办，进度公开。"
            self._write(told, made.key, {"answer": "answered", "answer_text": said})
        gathering_move(**told, to="following")

    def _write(self, told: dict[str, Any], item: str, fields: dict[str, str]) -> None:
        changes = [
            Change(f"{item}-{name}", item, name, 0, value, "question") for name, value in fields.items()
        ]
        edits_apply(**told, changes=changes)

    def deliberation(self, at: datetime) -> None:
        told = TOLD["sitting"]
        self.sitting = self._plan(at, "deliberation", told)
        self._hold(at, self.sitting, told["questions"], told["leaders"], told["follow_ups"])

    def adopted(self, at: datetime) -> None:
        """Let each opinion be written by a deputy and become an item of its own, until there are as many as told."""
        assert self.sitting is not None
        told, row = TOLD["sitting"], self.sitting
        areas = [(name, one["unit"], what, p) for p in told["places"] for name, one in told["areas"].items()
                 for what in one["what"]]  # fmt: skip
        for number, (area, unit, what, place) in enumerate(areas[: self.count]):
            text = f"{what}，先在{place}做到，三个月见实效"
            person = self.deputies[number % len(self.deputies)]
            values: dict[str, Any] = {"sitting": row, "person": person.pk, "text": f"{text}。{told['said']}"}
            made = items.opinion_save(actor=self.congress, row=None, values=values, now=at)
            given: dict[str, Any] = {"area": area, "text": text}
            item = items.opinion_merge(actor=self.congress, row=made, values=given, now=at)
            duty = {
                "unit": self.world.units[unit].pk,
                "person": self._handler(unit).person_id,
                "due_on": None,
            }
            items.item_save(actor=self.congress, row=item, values=duty, now=at)
        self.sitting = sittings.sitting_adopt(
            actor=self.congress, row=row, adopted_by="第三十二次主任会议", now=at
        )

    def _handler(self, unit: str) -> Viewer:
        return self.world.viewers[f"{unit}.handler"]

    def handed_over(self, at: datetime) -> None:
        assert self.sitting is not None
        self.sitting = sittings.sitting_hand_over(actor=self.congress, row=self.sitting, now=at)
        for kind in ("minutes", "opinions"):
            letters_send(gathering=self.sitting.gathering, actor=self.congress, kind=kind, now=at)

    def heard(self, at: datetime) -> None:
        """Each month a fifth of the list claims to be done; the tenth of what is claimed is so on paper only."""
        assert self.sitting is not None
        values: dict[str, Any] = {
            "sitting": self.sitting,
            "on": local_date(at),
            "who": "财经工委和 7 名代表听，8 个单位说",
        }
        hearing = items.hearing_save(actor=self.congress, row=None, values=values, now=at)
        open_ = self.sitting.items.filter(state=OpinionItem.State.SENT).select_related("case")
        for number, item in enumerate(open_.order_by("due_on", "no")[: max(2, self.count // 5)], 1):
            self._claim(item, at)
            found = "paper" if number % 10 == 0 else "real"
            self._judge(hearing, item, found, at)

        going = self.sitting.items.filter(state=OpinionItem.State.SENT, case__state="doing")
        for number, item in enumerate(going.select_related("case").order_by("no")):
            if number % 5:  # one in five says nothing
                assert item.case is not None
                said = {"text": "照清单推进，下个月看得到", "progress": 40, "outlook": "on_track"}
                self.world.act(item.case, "report", self._handler(self.world.key_of(item.unit_id)), at, said)

    def _claim(self, item: OpinionItem, at: datetime) -> None:
        assert item.case is not None
        key = self.world.key_of(item.unit_id)
        text, evidence = TOLD["sitting"]["claim"]
        self.world.act(item.case, "claim", self._handler(key), at, {"text": text, "evidence": evidence})

    def _judge(self, hearing: Any, item: OpinionItem, found: str, at: datetime) -> None:
        note = "问了三家企业，都说在用" if found == "real" else "制度贴在墙上，窗口还收老材料"
        values: dict[str, Any] = {
            "item": item.pk,
            "progress": TOLD["sitting"]["claim"][0],
            "found": found,
            "note": note,
        }
        items.item_judge(actor=self.congress, row=hearing, values=values, now=at)
        assert item.case is not None
        item.case.refresh_from_db()
        if not item.case.is_open:
            items.case_ended({"case": item.case.number}, at)

    def reported(self, at: datetime) -> None:
        assert self.sitting is not None
        told: dict[str, Any] = {"row": self.sitting, "report": TOLD["sitting"]["report"], "now": at}
        sittings.sitting_report(actor=self.world.viewers["jingxin.leader"], **told)

    def voted(self, at: datetime) -> None:
        assert self.sitting is not None
        good, fair, poor = TOLD["sitting"]["votes"]
        values: dict[str, Any] = {
            "sitting": self.sitting,
            "about": "审议意见办理情况的报告",
            "on": local_date(at),
            "present": MEMBERS,
        }
        values |= {"good": good, "fair": fair, "poor": poor, "void": 0}
        self.sitting.refresh_from_db()
        vote_record(actor=self.congress, values=values, now=at)

    def inquiry(self, at: datetime) -> None:
        """Six units are asked and take one item each."""
        told = TOLD["inquiry"]
        row = self._plan(at, "special_inquiry", told)
        asked = [[unit, told["question"], "answered", told["answer"]] for unit in told["units"]]
        self._hold(at, row, asked, ["区人大常委会副主任"], {})
        for unit in told["units"]:
            text = f"{self.world.units[unit].label}把答应的配套列成清单，按月公布"
            values: dict[str, Any] = {"area": "园区配套", "text": text, "unit": self.world.units[unit].pk}
            items.item_add(actor=self.congress, sitting=row, values=values, now=at)
        row = sittings.sitting_adopt(actor=self.congress, row=row, adopted_by="第三十次主任会议", now=at)
        sittings.sitting_hand_over(actor=self.congress, row=row, now=at)
        letters_send(gathering=row.gathering, actor=self.congress, kind="minutes", now=at)

    def written_off(self, at: datetime) -> None:
        row = Sitting.objects.get(gathering__kind="special_inquiry")
        values: dict[str, Any] = {"sitting": row, "on": local_date(at), "who": "财经工委听，6 个单位说"}
        hearing = items.hearing_save(actor=self.congress, row=None, values=values, now=at)
        for item in row.items.select_related("case"):
            self._claim(item, at)
            self._judge(hearing, item, "real", at)
        told: dict[str, Any] = {"row": row, "report": "六个单位的清单都公布了，逐月更新。", "now": at}
        sittings.sitting_report(actor=self.world.viewers["jingxin.leader"], **told)
        sittings.sitting_close(actor=self.congress, row=row, now=at)

    def visit(self, at: datetime) -> None:
        """A visit next week, to which deputies already write."""
        told, on = TOLD["visit"], self.world.workday(local_date(at) + timedelta(days=9))
        times = {"on": on, "starts_at": at_hour(on, time(14)), "ends_at": at_hour(on, time(17))}
        report_unit = self.world.units[told["unit"]].pk
        theme = Theme.objects.filter(district=self.world.district).first()
        more = {
            "opinions_until": self.world.workday(on + timedelta(days=3)),
            "report_unit": report_unit,
            "theme": theme,
            **times,
        }
        row = self._plan(at, "deputies_visit", told, **more)
        given: dict[str, Any] = {"gathering": row.gathering, "actor": self.congress, "now": at}
        attendee_add(**given, role="unit", unit=self.world.units[told["unit"]])
        attendee_add(**given, role="deputy", person=self._person("renda.deputy"))
        gathering_move(**given, to="inviting")

    def _person(self, key: str) -> Person:
        return Person.objects.get(pk=self.world.viewers[key].person_id or 0)

    def question(self, at: datetime) -> None:
        told = TOLD["motion"]
        values: dict[str, Any] = {name: told[name] for name in ("title", "text")}
        values |= {"movers": [p.pk for p in self.deputies[:5]], "unit": self.world.units[told["unit"]]}
        values |= {"filed_on": local_date(at), "conflict": ""}
        row = self._keep(QuestionMotion, values, at)
        until = self.world.workday(local_date(at) + timedelta(days=20))
        motions.motion_put(
            actor=self.congress, row=row, values={"way": "written", "answer_by": until}, now=at
        )
        answer = {"answer": told["answer"], "signed_by": "分局局长"}
        motions.motion_answer(actor=self._handler(told["unit"]), row=row, values=answer, now=at)

    def theme(self, at: datetime) -> None:
        told, today = TOLD["theme"], local_date(at)
        first = today.year - len(told["steps"]) + 1
        values: dict[str, Any] = {
            "name": told["name"],
            "about": told["about"],
            "started_on": date(first, 1, 1),
        }
        row = self._keep(Theme, values, at)
        for number, (kind, label, ahead) in enumerate(told["steps"]):
            step = {"on": date(first + number, 3, 20), "kind": kind, "label": label, "next": ahead}
            themes.step_add(actor=self.congress, row=row, values=step, now=at)
        for number, what, how_many, counted_in, evidence in told["results"]:
            result = {"on": date(first + number, 6, 28), "what": what, "number": how_many}
            result |= {
                "counted_in": counted_in,
                "unit": self.world.units["jiaotong"].pk,
                "evidence": evidence,
            }
            themes.result_add(actor=self.congress, row=row, values=result, now=at)
