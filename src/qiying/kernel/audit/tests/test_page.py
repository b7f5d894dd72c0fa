"""The audit page and its export, with an outsider in each."""

import ast
import json
import types
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

import qiying
from qiying.kernel.audit import presenting, selectors, views
from qiying.kernel.audit.acts import act_labels, subject_label
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.personal import personal_put, personal_token
from qiying.kernel.audit.sealing import anchor, seal
from qiying.kernel.audit.selectors import EntryFilter, entries_all, entries_page, entries_visible_to
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.tests.story import NOW, at
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import ANONYMOUS, MembershipInfo, PersonViewer, system_viewer

HOUSE = Path(qiying.__file__).parent

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def person(role: str, district_id: int = 1) -> PersonViewer:
    member = MembershipInfo(unit_id=1, role=role, district_id=district_id, path="1/", unit_name="督查室")
    return PersonViewer(person_id=5, name="钱督查", district_id=district_id, memberships=(member,))


SUPERVISOR, ADMIN, LIAISON = person("supervisor"), person("admin"), person("liaison")


def act(
    n: int = 0, *, action: str = "unit_renamed", district_id: int | None = 1, actor: str = "王运维"
) -> AuditEntry:
    by = PersonViewer(person_id=7, name=actor, district_id=district_id)
    return record_act(actor=by, action=action, subject=f"unit:{n}", data={"to": f"第{n}局"}, at=at(n))


def get(view, viewer, data=None, *, method="get"):
    request = getattr(RequestFactory(), method)("/audit/", data or {})
    request.viewer, request.now, request.today = viewer, NOW, NOW.date()
    user = types.SimpleNamespace(is_authenticated=True, is_active=True, pk=5)
    request.user = user if viewer.is_authenticated else AnonymousUser()
    request.session, request.impersonation = {}, None
    return view(request)


def test_only_the_own_district_is_visible_and_admins_see_what_belongs_to_none():
    own, other, nowhere = act(1), act(2, district_id=2), act(3, district_id=None)
    assert set(entries_visible_to(SUPERVISOR)) == {own}
    assert set(entries_visible_to(ADMIN)) == {own, nowhere}
    assert set(entries_visible_to(person("admin", 2))) == {other, nowhere}
    assert set(entries_visible_to(system_viewer("worker"))) == {own, other, nowhere}
    for outsider in (LIAISON, person("handler"), ANONYMOUS):
        with pytest.raises(NotPermitted):
            entries_visible_to(outsider)


def test_filters_narrow_by_act_person_subject_and_shanghai_day():
    one, two = act(1), act(2, action="imported", actor="李四")
    late = act(15 * 60)  # 17:00 UTC, already the next day in Shanghai
    today = NOW.date()

    def found(**chosen):
        return entries_page(SUPERVISOR, EntryFilter(**chosen))

    assert found() == [late, two, one]
    assert found(action="imported") == [two]
    assert found(actor="王") == [late, one]
    assert found(subject="unit:1") == [one]
    assert found(since=today, until=today) == [two, one]
    assert found(since=today + timedelta(days=1)) == [late]


def test_pages_go_on_by_key_and_the_export_walks_through_all(monkeypatch):
    monkeypatch.setattr(selectors, "PAGE", 3)
    monkeypatch.setattr(selectors, "_CHUNK", 2)
    rows = [act(n) for n in range(7)][::-1]
    first = entries_page(SUPERVISOR, EntryFilter())
    assert first == rows[:4], "one more than a page says that there is more"
    assert entries_page(SUPERVISOR, EntryFilter(), before=first[2].id) == rows[3:]
    assert list(entries_all(SUPERVISOR, EntryFilter())) == rows


def test_the_page_shows_acts_and_how_fresh_the_proof_is(anchor_folder):
    (ref,) = personal_put(["13800000000"], at=NOW)
    record_act(actor=ADMIN, action="field_revealed", subject="enterprise:9", data={"field": "电话"}, at=NOW)
    record_act(actor=ADMIN, action="noted", subject="x", data={"who": personal_token(ref)}, at=NOW)
    seal(NOW)
    anchor(NOW)
    seal(NOW)
    page = get(views.entries, SUPERVISOR).content.decode()
    for words in (
        "查看了隐藏的内容",
        "企业 9",
        "电话",
        "钱督查",
        "（第 1 号）",
        "还没有验证过",
        "（个人信息，已隐藏）",
    ):
        assert words in page
    assert "13800000000" not in page
    assert "防篡改触发器" not in page


def test_a_failed_verification_and_a_missing_trigger_are_shown_loudly(monkeypatch):
    data = {"breaks": 2, "first_break": "case:12 第 3 条：内容被改过"}
    record_act(actor=ADMIN, action="chains_verified", subject="audit", data=data, at=NOW)
    monkeypatch.setattr(views, "missing_protections", lambda: ["cases_caseevent"])
    page = get(views.entries, ADMIN).content.decode()
    assert "上次验证发现 2 处对不上，第一处：case:12 第 3 条：内容被改过" in page
    assert "cases_caseevent" in page


def test_the_page_costs_the_same_queries_for_one_and_for_many_rows():
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(views.entries, SUPERVISOR)
        return sum('FROM "audit_auditentry"' in q["sql"] and "Fields" not in q["sql"] for q in queries)

    act(1)
    one = cost()
    for n in range(30):
        act(n)
    assert cost() == one <= 2


def test_an_empty_page_and_a_wrong_filter_say_what_to_do():
    assert "还没有记录" in get(views.entries, SUPERVISOR).content.decode()
    assert "没有符合的记录" in get(views.entries, SUPERVISOR, {"actor": "无此人"}).content.decode()
    wrong = get(views.entries, SUPERVISOR, {"since": "2026-11-18", "until": "2026-11-01"})
    assert wrong.status_code == 422
    assert "结束那天早于开始那天" in wrong.content.decode()
    assert get(views.entries, SUPERVISOR, {"before": "x"}).status_code == 200


def test_outsiders_get_neither_page_nor_export():
    act(1)
    for view, method in ((views.entries, "get"), (views.export, "post")):
        with pytest.raises(NotPermitted):
            get(view, LIAISON, method=method)
        answer = get(view, ANONYMOUS, method=method)
        assert answer.status_code == 302
        assert "sign-in" in answer.url
    assert get(views.export, SUPERVISOR).status_code == 405


def test_the_export_is_recorded_and_holds_no_formula():
    act(1, actor="=cmd()")
    act(2, action="imported")
    answer = get(views.export, SUPERVISOR, {"action": "unit_renamed"}, method="post")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("编号,时间,谁")
    assert ",'=cmd()," in lines[1]
    assert "2026-11-18 10:01:00" in lines[1], "Shanghai time"
    recorded = AuditEntry.objects.get(action="audit_exported")
    assert json.loads(recorded.data) == {"filter": {"action": "unit_renamed"}, "rows": 1}


def test_an_export_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(views, "EXPORT_LIMIT", 2)
    for n in range(3):
        act(n)
    with pytest.raises(GuardFailed, match="缩小范围"):
        get(views.export, SUPERVISOR, method="post")
    assert not AuditEntry.objects.filter(action="audit_exported").exists()


def test_every_act_of_the_house_has_a_name_a_person_reads():
    known = set(act_labels())
    ends = known | {
        code.partition(".")[2] for code in known
    }  # a capability's own `noted` puts its name before
    for file in sorted(HOUSE.rglob("*.py")):
        if "tests" in file.parts:
            continue
        for call in ast.walk(ast.parse(file.read_text())):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and name in {"record_act", "_record", "noted"}:
                named = [k.value for k in call.keywords if k.arg == "action"]
                named += call.args[1:2] if name == "noted" else []
                codes = {n.value for n in named if isinstance(n, ast.Constant) and isinstance(n.value, str)}
                assert all(code in ends for code in codes), f"{file.name} 里的操作没有名称：{codes}"


def test_what_an_act_was_done_to_is_said_in_words():
    assert subject_label("person:8") == "人员 8"
    assert subject_label("case:QY-260127-5YQBA") == "办件 QY-260127-5YQBA"
    assert subject_label("audit") == "audit"


def test_amounts_are_read_in_yuan_and_a_history_mentions_no_empty_remark(monkeypatch):
    words = {"fen": "金额（分）", "memo": "说明", "count": "笔数"}
    monkeypatch.setattr(presenting, "word_of", lambda action, key: words.get(key, key))
    entry = AuditEntry(action="x", data=json.dumps({"fen": 18_047_520, "memo": "", "count": 3}))
    read = [("金额", "180,475.20 元"), ("笔数", "3")]
    assert presenting.histories([entry]) == [read]
    assert presenting.details(entry) == [read[0], ("说明", "无"), read[1]]
