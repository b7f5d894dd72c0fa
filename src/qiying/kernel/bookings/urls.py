"""Addresses of bookings."""

from django.urls import path

from qiying.kernel.bookings import register, views

app_name = "bookings"
urlpatterns = [
    path("bookings/", views.home, name="home"),
    path("bookings/day/", views.day, name="day"),
    *register.urlpatterns,
    path("bookings/at/<int:bookable_id>/", views.choose, name="choose"),
    path("bookings/at/<int:bookable_id>/book/", views.book, name="book"),
    path("bookings/calendar/", views.feed, name="feed"),
    path("bookings/calendar/<str:token>.ics", views.feed_file, name="feed_file"),
    path("bookings/<str:code>/", views.booking, name="booking"),
    path("bookings/<str:code>/cancel/", views.cancel, name="cancel"),
    path("bookings/<str:code>/move/", views.move, name="move"),
    path("bookings/<str:code>/mark/", views.mark, name="mark"),
    path("bookings/<str:code>/phone/", views.phone, name="phone"),
    path("bookings/<str:code>/event.ics", views.event_file, name="event_file"),
]
