"""Pages of the policy desk; addresses are listed here."""

from typing import Any

from django.urls import path

from qiying.capabilities.policies.views.desk import editor, exchange, listing, paste, policy, raw, reach

urlpatterns: list[Any] = [
    path("policy-desk/", listing.desk, name="desk"),
    path("policy-desk/new/", policy.new, name="desk_new"),
    path("policy-desk/paste/", paste.paste, name="desk_paste"),
    path("policy-desk/import/", exchange.upload, name="desk_import"),
    path("policy-desk/indicators/", editor.indicators, name="desk_indicators"),
    path("policy-desk/<slug:code>/", policy.desk_policy, name="desk_policy"),
    path("policy-desk/<slug:code>/edit/", editor.edit, name="desk_edit"),
    path("policy-desk/<slug:code>/live/", editor.live, name="desk_live"),
    path("policy-desk/<slug:code>/file/", raw.yaml, name="desk_yaml"),
    path("policy-desk/<slug:code>/amend/", policy.amend, name="desk_amend"),
    path("policy-desk/<slug:code>/review/", policy.review, name="desk_review"),
    path("policy-desk/<slug:code>/end/", policy.end, name="desk_end"),
    path("policy-desk/<slug:code>/reach/", reach.reach_page, name="desk_reach"),
    path("policy-desk/<slug:code>/reach/push/", reach.push, name="desk_push"),
    path("policy-desk/<slug:code>/v/<int:no>/", policy.version_page, name="desk_version"),
    path(
        "policy-desk/<slug:code>/v/<int:no>.yaml",
        exchange.download,
        {"kind": "yaml"},
        name="desk_download_yaml",
    ),
    path(
        "policy-desk/<slug:code>/v/<int:no>.dmn", exchange.download, {"kind": "dmn"}, name="desk_download_dmn"
    ),
]
