"""Addresses of consents."""

from django.urls import path

from qiying.kernel.consents import views

app_name = "consents"

urlpatterns = [
    path("consents/", views.home, name="home"),
    path("consents/received/", views.received, name="received"),
    path("consents/<int:consent_id>/", views.consent, name="consent"),
    path("consents/<int:consent_id>/look/", views.look, name="look"),
    path("consents/<int:consent_id>/revoke/", views.revoke, name="revoke"),
]
