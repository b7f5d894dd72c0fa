"""Addresses of the organisation register."""

from django.urls import path

from qiying.kernel.organisations.views import leave, mine, people, roster, sign_in, units, watching
from qiying.kernel.registers.views import list_urls

app_name = "organisations"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/second-step/", sign_in.second_step, name="second_step"),
    path("register/", sign_in.register, name="register"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("my/", mine.mine, name="mine"),
    path("my/password/", mine.password, name="password"),
    path("my/email/", mine.email, name="email"),
    path("my/identity/<slug:provider>/", mine.identity_start, name="identity_start"),
    path("my/identity/<slug:provider>/return/", mine.identity_return, name="identity_return"),
    path("my/leave/", leave.leave, name="leave"),
    path("my/leave/<int:unit_id>/<int:person_id>/<str:first>/end/", leave.leave_end, name="leave_end"),
    path("my/phone/", mine.phone, name="phone"),
    path("units/tree/", units.unit_tree, name="unit_tree"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<int:unit_id>/", units.unit, name="unit"),
    path("units/<int:unit_id>/edit/", units.unit_edit, name="unit_edit"),
    path("units/<int:unit_id>/move/", units.unit_move_page, name="unit_move"),
    path("units/<int:unit_id>/close/", units.unit_close_page, name="unit_close"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/watching/stop/", watching.watch_stop, name="watch_stop"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:person_id>/stop/", people.person_stop, name="person_stop"),
    path("people/<int:person_id>/restart/", people.person_restart, name="person_restart"),
    path("people/<int:person_id>/password/", people.password_reset, name="password_reset"),
    path("people/<int:person_id>/identity/", people.person_identity, name="person_identity"),
    path("people/<int:person_id>/memberships/new/", people.membership_new, name="membership_new"),
    path("people/<int:person_id>/watch/", watching.watch, name="watch"),
    path("memberships/<int:membership_id>/end/", people.membership_end_page, name="membership_end"),
    *roster.urlpatterns,
    *list_urls(units.UNIT_REGISTER, "units/"),
    *list_urls(people.PEOPLE_REGISTER, "people/"),
]
