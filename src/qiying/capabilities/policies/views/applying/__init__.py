"""Applications, publicity, batches without application, the negative list."""

from django.urls import URLPattern, path

from qiying.capabilities.policies.views.applying import apply, batches, listings, mine, public
from qiying.kernel.cases.views import asker_case

urlpatterns: list[URLPattern] = [
    path("policies/p/<slug:code>/apply/", apply.apply, name="apply"),
    path("policies/p/<slug:code>/apply/live/", apply.live, name="apply_live"),
    path("policies/applications/", mine.applications, name="applications"),
    path("policies/applications/account/", mine.account, name="account"),
    # The addresses of old lead to the asker's page of every procedure.
    path("policies/applications/<str:number>/", asker_case.mine, name="application"),
    path("policies/applications/<str:number>/<slug:code>/", asker_case.act, name="application_act"),
    path("policies/publicity/", public.publicity, name="publicity"),
    path("policies/publicity/<str:number>/object/", public.objection, name="objection"),
    path(
        "policies/publicity/<str:number>/objections/<int:no>/",
        public.objection_contact,
        name="objection_contact",
    ),
    *listings.urlpatterns,
    path("policy-batches/", batches.batches, name="batches"),
    path("policy-batches/propose/", batches.propose, name="batch_propose"),
    path("policy-batches/<str:number>/", batches.batch, name="batch"),
    path("policy-batches/<str:number>/items/<int:item_id>/", batches.check, name="batch_check"),
    path("policy-batches/<str:number>/<slug:what>/", batches.step, name="batch_step"),
]
