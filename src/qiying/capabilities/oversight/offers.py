"""Where oversight stands: the navigation, what waits for whom, the articles a case stands on."""

from __future__ import annotations

from datetime import date

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from qiying.capabilities.oversight.models import CheckGroup, Finding, JointSupervision, ReportHeard
from qiying.capabilities.oversight.rules.sittings import workday_until
from qiying.capabilities.oversight.selectors.basis import article_choices, citations_of
from qiying.capabilities.oversight.services.joint import State, joints_visible_to
from qiying.capabilities.oversight.services.keeping import cite
from qiying.capabilities.oversight.services.reports import next_step
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.forms.models import Response
from qiying.kernel.organisations.offers import Tile, offer_nav, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

READERS = (
    "congress",
    "deputy",
    "procurator",
    "supervisor",
    "district_leader",
    "discipline",
    "leader",
    "liaison",
    "handler",
)
offer_nav(
    "supervised_matter", "登记监督事项", "/open/supervised_matter/", ("congress",), 59, group="congress"
)
offer_nav("oversight_bases", "监督依据", "oversight:bases", READERS, 60, group="congress")
offer_nav("oversight_lists", "督办清单", "oversight:lists", READERS, 61, group="congress")
offer_nav(
    "oversight_checks", "执法检查", "oversight:checks", READERS, 62, group="congress", first=("congress",)
)
offer_nav("oversight_findings", "问题清单", "oversight:findings", READERS, 63, group="congress")
offer_nav("oversight_reports", "听取报告", "oversight:reports", READERS, 64, group="congress")
offer_nav(
    "oversight_joints", "联合监督", "oversight:joints", ("congress", "procurator"), 65, group="congress"
)
provide("cite_articles", cite)
provide("articles_cited", lambda subject: [str(c.article) for c in citations_of(subject)])
provide("article_choices", article_choices)


def _page(name: str, pk: int) -> str:
    return reverse(f"oversight:{name}_row", args=[pk])


def reports(viewer: Viewer, today: date) -> Source | None:
    """Return the texts of reports that a unit owes the committee, and those the congress has to hand out."""
    if not viewer.memberships or not viewer.has("oversight.view"):
        return None
    units = [m.unit_id for m in viewer.memberships if m.role in ("leader", "liaison")]
    owed = Q(unit_id__in=units) & (Q(draft_on=None) | Q(final_on=None))
    if viewer.has("oversight.keep"):
        owed |= Q(draft_on__isnull=False, comments_on=None) | Q(final_on__isnull=False, sent_on=None)
    rows = ReportHeard.objects.filter(
        owed, district_id=viewer.district_id or 0, meeting_on__gte=today, is_urgent=False
    )

    def item(row: ReportHeard) -> Item:
        what, until = next_step(row, today) or ("反馈委员会意见", row.meeting_on)
        day = workday_until(until, calendar_for(row.district_id))
        return Item(row.title, _page("reports", row.pk), row.unit.label, what, day)

    shown = rows.select_related("unit")
    return Source(shown, item, reverse("oversight:reports"), order=("meeting_on", "pk"))


def joints(viewer: Viewer, today: date) -> Source | None:
    """Return what the other side asks to watch together."""
    if not viewer.has("oversight.joint"):
        return None
    rows = joints_visible_to(viewer).filter(other_id__in=viewer.unit_ids, state=State.PROPOSED)

    def item(row: JointSupervision) -> Item:
        return Item(row.title, _page("joints", row.pk), row.proposer.label, "请您答复", since=row.proposed_on)

    return Source(rows, item, reverse("oversight:joints"), order=("pk",))


def checklists(viewer: Viewer, today: date) -> Source | None:
    """Return the checklists that a group's leader has not handed in."""
    if viewer.person_id is None or not viewer.has("oversight.view"):
        return None
    subject = Concat(Value("check_group:"), Cast(OuterRef("pk"), CharField()))
    rows = CheckGroup.objects.filter(
        ~Exists(Response.objects.filter(subject=subject)), leader=viewer.person_id
    )
    rows = rows.filter(check_of__checklist__isnull=False, check_of__reported_on=None)

    def item(row: CheckGroup) -> Item:
        day = workday_until(row.check_of.ends_on, calendar_for(row.district_id))
        return Item(f"{row.check_of}{row}", _page("groups", row.pk), "", "填检查表", day)

    day = "check_of__ends_on"
    return Source(
        rows.select_related("check_of"), item, reverse("oversight:groups"), day=day, order=(day, "pk")
    )


def findings(viewer: Viewer, today: date) -> Source | None:
    """Return what checks found and nobody sent anywhere yet."""
    if not viewer.has("oversight.keep"):
        return None
    rows = Finding.objects.filter(district_id=viewer.district_id or 0, state=Finding.State.FOUND)

    def item(row: Finding) -> Item:
        return Item(row.text, _page("findings", row.pk), "", "请交办，或者记当场改的结果", since=row.found_on)

    return Source(rows, item, reverse("oversight:findings"), order=("found_on", "pk"))


declare_waiting("reports_heard", "听取报告", reports, order=40)
declare_waiting("joint_supervision", "联合监督", joints, order=41)
declare_waiting("checklists", "执法检查表", checklists, order=42)
declare_waiting("findings", "检查发现的问题", findings, order=43)


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the articles a case stands on."""
    cited = citations_of(f"case:{case.number}") if viewer.has("oversight.view") else []
    return Tile("oversight/_articles.html", {"cited": cited}) if cited else None


case_panel("oversight", panel)
