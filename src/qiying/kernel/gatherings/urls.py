"""Addresses of gatherings: the office's, the recorder's, the wall, and those of who was invited."""

from django.urls import path

from qiying.kernel.gatherings.views import buttons, live, office, phone
from qiying.kernel.registers.views import list_urls

app_name = "gatherings"
ONE = "gatherings/<int:pk>/"
urlpatterns = [
    *list_urls(office.GATHERINGS, "gatherings/"),
    path("activities/", phone.open_list, name="open"),
    path("gatherings/new/", office.new, name="new"),
    path("gatherings/new/<slug:kind>/", office.new, name="new_of"),
    path(ONE, office.gathering, name="gathering"),
    path(f"{ONE}edit/", office.edit, name="edit"),
    path(f"{ONE}to/<slug:phase>/", office.move, name="move"),
    path(f"{ONE}people/", office.people_add, name="people_add"),
    path(f"{ONE}do/<slug:what>/", buttons.do, name="do"),
    path(f"{ONE}live/", live.live, name="live"),
    path(f"{ONE}live/edits/", live.edits, name="edits"),
    path(f"{ONE}live/state/", live.state, name="state"),
    path(f"{ONE}wall/", live.wall, name="wall"),
    path(f"{ONE}mine/", phone.mine, name="mine"),
    path("gatherings/here/<int:enterprise_id>/", office.here, name="here"),
    path("gatherings/items/<int:pk>/take/", buttons.take, name="take"),
    path("gatherings/items/<int:pk>/done/", buttons.done, name="done"),
    path("meet/in/<str:code>/", phone.scan, name="scan"),
    path("meet/<slug:token>/", phone.invited, name="invited"),
]
