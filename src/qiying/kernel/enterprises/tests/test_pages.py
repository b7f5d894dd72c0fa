import pytest
from django.urls import reverse

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.models import BindingRequest, BindingWay, Enterprise
from qiying.kernel.enterprises.services import binding_request, contact_add, fact_record
from qiying.kernel.enterprises.tests.factories import (
    make_clerk,
    make_code,
    make_enterprise,
    viewer,
)
from qiying.kernel.organisations.tests.cast import client_of, make_cast
from qiying.kernel.organisations.tests.factories import NOW, importer, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


def url(name, *args):
    return reverse(f"enterprises:{name}", args=args)


def pages(cast):
    """Return (address, who may open it) of every page about enterprises."""
    row = cast.enterprise.pk
    newcomer = make_person("新专员", district=cast.district)
    asked = binding_request(
        actor=viewer(newcomer), enterprise=cast.enterprise, way=BindingWay.CONSENT, at=NOW
    )
    officials = [cast.desk, cast.handler, cast.admin]
    return [
        (url("list"), officials),
        (url("new"), [cast.desk]),
        (url("enterprise", row), [*officials, cast.clerk]),
        (url("edit", row), [cast.desk, cast.clerk]),
        (url("fact_new", row), [cast.desk, cast.clerk]),
        (url("contact_new", row), [cast.desk, cast.clerk]),
        (url("bindings"), [cast.desk]),
        (url("decide", asked.pk), [cast.desk, cast.clerk]),
        (url("clerk_end", cast.clerk.clerkships.get().pk), [cast.desk, cast.clerk]),
        (url("imports"), [cast.desk]),
        (url("imports_template"), [cast.desk]),
    ]


def test_each_page_opens_for_those_it_is_for_and_does_not_exist_for_the_others(people):
    everybody = [people.desk, people.handler, people.admin, people.clerk, people.unverified]
    for address, allowed in pages(people):
        for person in everybody:
            status = client_of(person).get(address).status_code
            assert status == (200 if person in allowed else 404), (address, person.name)
        assert client_of(None).get(address).status_code == 302


def test_an_official_of_another_district_and_a_clerk_of_another_enterprise_find_nothing(people):
    other_clerk = make_clerk(make_enterprise(people.district))
    for address, _ in pages(people):
        if any(part.isdigit() for part in address.split("/")):
            assert client_of(people.foreign_desk).get(address).status_code == 404, address
            assert client_of(other_clerk).get(address).status_code == 404, address
    assert "宏达" not in client_of(people.foreign_desk).get(url("list")).content.decode()
    assert client_of(people.foreign_desk).get(url("suggest"), {"q": "宏达"}).json() == {"results": []}


def test_two_characters_or_the_beginning_of_a_code_find_an_enterprise(people):
    client = client_of(people.desk)
    for text in ["宏达", people.enterprise.credit_code[:8].lower(), "海盐 紧固"]:
        found = client.get(url("suggest"), {"q": text}).json()["results"]
        assert [f["id"] for f in found] == [people.enterprise.pk], text
        assert "宏达" in client.get(url("list"), {"q": text}).content.decode()


def test_the_list_costs_the_same_queries_for_one_row_and_twenty_five(people, django_assert_max_num_queries):
    client = client_of(people.desk)
    for _ in range(2):
        with django_assert_max_num_queries(10):
            assert client.get(url("list")).status_code == 200
        for i in range(24):
            make_enterprise(people.district, f"第{i}家公司", tags=["规上", f"标签{i}"])


def test_a_number_is_masked_until_asked_for_with_a_reason_and_leaves_a_mark(people):
    contact = contact_add(
        actor=importer(people.district.pk),
        enterprise=people.enterprise,
        name="陈总",
        phone="13812345678",
        at=NOW,
    )
    client = client_of(people.handler)
    address = url("enterprise", people.enterprise.pk)
    assert "138****5678" in client.get(address).content.decode()
    assert "13812345678" not in client.get(address).content.decode()
    assert client.get(url("contact_reveal", contact.pk)).status_code == 405
    refused = client.post(url("contact_reveal", contact.pk), {"reason": " "})
    assert (refused.status_code, "13812345678" in refused.content.decode()) == (422, False)
    assert not AuditEntry.objects.filter(action="field_revealed").exists()
    shown = client.post(url("contact_reveal", contact.pk), {"reason": "电话核实地址"})
    assert "13812345678" in shown.content.decode()
    mark = AuditEntry.objects.get(action="field_revealed")
    assert mark.actor_person_id == people.handler.pk
    assert "13812345678" not in mark.data
    assert (
        client_of(people.admin).post(url("contact_reveal", contact.pk), {"reason": "看看"}).status_code == 403
    )
    assert client_of(people.foreign_desk).post(url("contact_reveal", contact.pk)).status_code == 404


def test_business_figures_are_starred_for_officials_until_asked_for_but_not_for_the_clerk(people):
    fact_record(
        actor=importer(people.district.pk),
        enterprise=people.enterprise,
        indicator="revenue",
        period="2025",
        value="5231.7",
        source="official",
        at=NOW,
    )
    address = url("enterprise", people.enterprise.pk)
    assert "5231.7" in client_of(people.clerk).get(address).content.decode()
    client = client_of(people.handler)
    assert "5231.7" not in client.get(address).content.decode()
    reveal = url("facts_reveal", people.enterprise.pk)
    assert "5231.7" in client.post(reveal, {"reason": "核对补贴金额"}).content.decode()
    assert AuditEntry.objects.filter(action="field_revealed").count() == 1
    assert client_of(people.admin).post(reveal, {"reason": "看看"}).status_code == 403


def test_a_newcomer_binds_a_known_enterprise_by_its_clerks_consent(people):
    newcomer = client_of(people.unverified)
    data = {"credit_code": people.enterprise.credit_code, "way": "consent", "note": "我是行政主管"}
    assert newcomer.post(url("binding_new"), data).status_code == 302
    asked = BindingRequest.objects.get(state="requested")
    page = client_of(people.clerk).get(url("mine")).content.decode()
    assert "我是行政主管" in page
    client_of(people.clerk).post(url("decide", asked.pk), {"verdict": "yes"})
    mine = newcomer.get(url("mine")).content.decode()
    assert "还差窗口核实" in mine
    assert newcomer.get(url("enterprise", people.enterprise.pk)).status_code == 404


def test_an_unknown_enterprise_is_entered_and_checked_by_the_desk(people):
    newcomer = client_of(people.unverified)
    code = make_code()
    refused = newcomer.post(url("binding_new"), {"credit_code": code, "way": "desk"})
    assert "请写上企业名称" in refused.content.decode()
    consent = {"credit_code": code, "way": "consent", "name": "新办公司"}
    assert newcomer.post(url("binding_new"), consent).status_code == 422
    assert not Enterprise.objects.filter(credit_code=code).exists()
    assert newcomer.post(url("binding_new"), {**consent, "way": "desk"}).status_code == 302
    asked = BindingRequest.objects.get(state="requested")
    desk = client_of(people.desk)
    assert "新办公司" in desk.get(url("bindings")).content.decode()
    assert desk.post(url("decide", asked.pk), {"verdict": "yes"}).status_code == 422
    desk.post(url("decide", asked.pk), {"verdict": "yes", "evidence": "授权书、身份证原件"})
    assert newcomer.get(url("enterprise", asked.enterprise_id)).status_code == 200


def test_a_refusal_needs_a_reason_which_the_applicant_reads(people):
    newcomer = client_of(people.unverified)
    newcomer.post(url("binding_new"), {"credit_code": people.enterprise.credit_code, "way": "desk"})
    asked = BindingRequest.objects.get(state="requested")
    desk = client_of(people.desk)
    assert desk.post(url("decide", asked.pk), {"verdict": "no"}).status_code == 422
    desk.post(url("decide", asked.pk), {"verdict": "no", "reason": "授权书没有盖章"})
    assert "授权书没有盖章" in newcomer.get(url("mine")).content.decode()


def test_somebody_of_two_enterprises_chooses_for_which_he_acts(people):
    second = make_enterprise(people.district, "第二家公司")
    make_clerk(second, person=people.clerk)
    client = client_of(people.clerk)
    client.post(url("acting"), {"enterprise_id": second.pk, "next": "/my/enterprises/"})
    assert client.session["acting_enterprise_id"] == second.pk
    foreign = make_enterprise(people.district)
    client.post(url("acting"), {"enterprise_id": foreign.pk, "next": "https://evil.example/"})
    assert client.session["acting_enterprise_id"] == second.pk


def test_entering_a_likely_double_asks_first(people):
    client = client_of(people.desk)
    data = {"name": "海盐县宏达紧固件有限公司", "body_kind": "enterprise", "status": "preparing"}
    asked = client.post(url("new"), data)
    assert "名册里有很像的" in asked.content.decode()
    assert 'name="sure" value="yes"' in asked.content.decode()
    assert client.post(url("new"), {**data, "sure": "yes"}).status_code == 302
    assert Enterprise.objects.filter(name=data["name"]).count() == 1


def test_a_wrong_code_is_refused_beside_its_field_with_what_was_typed_kept(people):
    data = {
        "name": "某公司",
        "credit_code": "914403001922038217",
        "body_kind": "enterprise",
        "status": "active",
    }
    answer = client_of(people.desk).post(url("new"), {**data, "sure": "yes"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "最后一位" in text
    assert 'value="914403001922038217"' in text


def test_an_authorisation_is_kept_with_the_request_and_leads_the_desk_to_it(people, monkeypatch):
    from io import BytesIO

    import segno
    from django.core.files.uploadedfile import SimpleUploadedFile

    from qiying.kernel.documents.models import Document
    from qiying.kernel.documents.services import document_store
    from qiying.kernel.enterprises import document_port

    class Port:
        def store(self, *, content, name, subject, actor, district_id, at):
            return document_store(
                content=content,
                name=name,
                kind="authorisation",
                subject=subject,
                actor=actor,
                district_id=district_id,
                at=at,
            ).pk

        def url(self, document_id):
            return reverse("documents:detail", args=[document_id])

    monkeypatch.setattr(document_port, "_PORTS", [Port()])
    picture = BytesIO()
    segno.make("授权书").save(picture, kind="png", scale=8)
    newcomer = client_of(people.unverified)
    data = {"credit_code": people.enterprise.credit_code, "way": "desk"}
    bad = SimpleUploadedFile("授权书.png", b"MZ not a picture")
    assert newcomer.post(url("binding_new"), {**data, "document": bad}).status_code == 422
    assert not BindingRequest.objects.filter(state="requested").exists()
    good = SimpleUploadedFile("授权书.png", picture.getvalue())
    assert newcomer.post(url("binding_new"), {**data, "document": good}).status_code == 302
    asked = BindingRequest.objects.get(state="requested")
    assert asked.document_id == Document.objects.get().pk
    page = client_of(people.desk).get(url("decide", asked.pk)).content.decode()
    assert f'href="/documents/{asked.document_id}/"' in page
