"""Addresses of the generic office pages of cases."""

from django.urls import path

from qiying.kernel.cases.views import (
    acting,
    board,
    bulk,
    case,
    countersigning,
    erasing,
    letters,
    open_forms,
    opening,
    settings_pages,
    sheets,
    worklist,
)

app_name = "cases"
urlpatterns = [
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/bulk/", bulk.bulk, name="bulk"),
    path("worklist/views/", worklist.view_save, name="view_save"),
    path("worklist/views/<int:view_id>/remove/", worklist.view_remove, name="view_remove"),
    path("board/", board.board_page, name="board"),
    path("cases/", worklist.archive, name="cases"),
    path("cases/<str:number>/", case.case_page, name="case"),
    path("cases/<str:number>/do/<slug:code>/", acting.do, name="do"),
    path("cases/<str:number>/do/<slug:code>/open/", open_forms.form_open, name="form_open"),
    path("cases/<str:number>/do/<slug:code>/choices/<slug:name>/", acting.choices, name="choices"),
    path("cases/<str:number>/letter/", letters.letter, name="letter"),
    path("cases/<str:number>/letter/preview/", letters.preview, name="letter_preview"),
    path("cases/<str:number>/letter/pdf/", letters.pdf, name="letter_pdf"),
    path("cases/<str:number>/letter/<int:document_id>/", letters.printed, name="letter_printed"),
    path("cases/<str:number>/sheets/<slug:code>/", sheets.sheet, name="sheet"),
    path("cases/<str:number>/reveal/<int:intake_id>/", case.reveal, name="reveal"),
    path("open/", opening.openings, name="openings"),
    path("open/<slug:procedure>/", opening.open_case, name="open"),
    path("open/<slug:procedure>/choices/<slug:name>/", opening.choices, name="open_choices"),
    path("personal/erase/", erasing.erase, name="erase"),
    path("countersign/", countersigning.countersign, name="countersign"),
    path("parameters/", settings_pages.parameters, name="parameters"),
    path("parameters/<str:name>/", settings_pages.parameter_new, name="parameter_new"),
    path("calendar/", settings_pages.calendar, name="calendar"),
    path("calendar/year/", settings_pages.calendar_year, name="calendar_year"),
    path("calendar/day/", settings_pages.calendar_day, name="calendar_day"),
    path(
        "calendar/day/<int:override_id>/remove/",
        settings_pages.calendar_day_remove,
        name="calendar_day_remove",
    ),
]
