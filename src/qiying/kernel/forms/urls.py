from django.urls import path

from qiying.kernel.forms.views import answering, building, standing
from qiying.kernel.registers.views import list_urls

app_name = "forms"
urlpatterns = [
    *list_urls(building.FORMS, "forms/"),
    path("forms/new/", building.new, name="new"),
    path("forms/<int:form_id>/", building.builder, name="form"),
    path("forms/<int:form_id>/questions/<str:code>/", building.builder, name="question"),
    path("forms/<int:form_id>/change/", building.change, name="change"),
    path("forms/<int:form_id>/frame/", building.frame, name="frame"),
    path("forms/<int:form_id>/preview/", building.preview, name="preview"),
    path("forms/<int:form_id>/publish/", standing.publish, name="publish"),
    path("forms/<int:form_id>/end/", standing.end, name="end"),
    path("forms/<int:form_id>/questions.xlsx", standing.download, name="download"),
    path("forms/<int:form_id>/responses/", standing.responses, name="responses"),
    path("forms/<int:form_id>/fill/", answering.fill_plain, name="fill"),
    path("forms/answered/<int:response_id>/", answering.answered, name="answered"),
    path("forms/answered/<int:response_id>/erase/<str:code>/", answering.erase, name="erase"),
]
