"""Addresses of the enterprise register."""

from django.urls import path

from qiying.kernel.enterprises.views import bindings, codes, enterprise, imports, register

app_name = "enterprises"

urlpatterns = [
    path("enterprises/", register.enterprises, name="list"),
    path("enterprises/suggest/", register.suggest, name="suggest"),
    path("enterprises/new/", register.enterprise_new, name="new"),
    path("enterprises/<int:enterprise_id>/", enterprise.enterprise, name="enterprise"),
    path("enterprises/<int:enterprise_id>/edit/", register.enterprise_edit, name="edit"),
    path("enterprises/<int:enterprise_id>/facts/new/", enterprise.fact_new, name="fact_new"),
    path("enterprises/<int:enterprise_id>/facts/reveal/", enterprise.facts_reveal_page, name="facts_reveal"),
    path("enterprises/<int:enterprise_id>/contacts/new/", enterprise.contact_new, name="contact_new"),
    path("contacts/<int:contact_id>/reveal/", enterprise.contact_reveal_page, name="contact_reveal"),
    path("contacts/<int:contact_id>/end/", enterprise.contact_end_page, name="contact_end"),
    path("enterprises/bindings/", bindings.bindings, name="bindings"),
    path("enterprises/bindings/<int:request_id>/", bindings.decide, name="decide"),
    path("clerks/<int:clerk_id>/end/", bindings.clerk_end, name="clerk_end"),
    *imports.urlpatterns,
    path("my/enterprises/", bindings.mine, name="mine"),
    path("my/enterprises/new/", bindings.binding_new, name="binding_new"),
    path("my/bindings/<int:request_id>/withdraw/", bindings.binding_withdraw_page, name="binding_withdraw"),
    path("my/code/", codes.mine, name="my_code"),
    path("my/code/fresh/", codes.fresh, name="my_code_fresh"),
    path("code/", codes.scan, name="scan"),
    path("acting/", bindings.acting, name="acting"),
]
