"""Addresses of the organisation register."""

from django.urls import path

from qiying.kernel.organisations.views import leave, mine, people, posts, roster, sign_in, units, watching

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
    path("people/watching/stop/", watching.watch_stop, name="watch_stop"),
    path("people/<int:person_id>/watch/", watching.watch, name="watch"),
    *roster.urlpatterns,
    *units.urlpatterns,
    *people.urlpatterns,
    *posts.urlpatterns,
]
