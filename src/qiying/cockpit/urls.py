"""Addresses of the numbers: the board, what is behind a figure, definitions, league, report, wall, method, public."""

from django.urls import path

from qiying.cockpit.views import (
    behind,
    definitions,
    league,
    method,
    numbers,
    public,
    report,
    schedules,
    wall,
)

app_name = "cockpit"
urlpatterns = [
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/cases/", behind.cases, name="cases"),
    path("numbers/definitions/", definitions.definitions, name="definitions"),
    path("numbers/league/", league.league, name="league"),
    path("numbers/report/", report.report, name="report"),
    path("numbers/schedules/", schedules.schedules, name="schedules"),
    path("numbers/schedules/new/", schedules.schedule, name="schedule_new"),
    path("numbers/schedules/<int:schedule_id>/", schedules.schedule, name="schedule"),
    path("numbers/schedules/<int:schedule_id>/<slug:act>/", schedules.schedule_act, name="schedule_act"),
    path("wall/", wall.wall, name="wall"),
    path("method/", method.method, name="method"),
    path("public/numbers/", public.public_numbers, name="public"),
]
