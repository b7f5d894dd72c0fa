"""The yardstick: a bare Django view that inserts a row and an audit row, for a signed-in person."""

from collections.abc import Callable

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What `django-admin startproject` gives."""


class OwnAddresses:
    """Gives the view an address without touching the product's, whose lookups would be made anew each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = "bench.pages.bare"  # type: ignore[attr-defined]
        return self.get_response(request)


class Row(models.Model):
    title = models.CharField(max_length=120)
    text = models.TextField()
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "bench"


class Audit(models.Model):
    row = models.ForeignKey(Row, models.PROTECT)
    action = models.CharField(max_length=40)
    by_id = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "bench"


def make_tables() -> None:
    """Create both tables where they are not yet."""
    if Row._meta.db_table in connection.introspection.table_names():
        return
    with connection.schema_editor() as editor:
        editor.create_model(Row)
        editor.create_model(Audit)


def add(request: HttpRequest) -> HttpResponse:
    """Insert a row and its audit row in one transaction."""
    now, who = timezone.now(), int(request.user.pk)
    with transaction.atomic():
        row = Row.objects.create(
            title=request.POST["title"], text=request.POST["text"], made_by_id=who, made_at=now
        )
        Audit.objects.create(row=row, action="add", by_id=who, at=now)
    return HttpResponse(str(row.pk), status=201)


urlpatterns = [path("bare/", add)]
