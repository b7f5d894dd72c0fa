from django.urls import path

from qiying.kernel.forms.views import answering

app_name = "forms"
urlpatterns = [
    path("forms/<int:form_id>/fill/", answering.fill_plain, name="fill"),
    path("forms/answered/<int:response_id>/", answering.answered, name="answered"),
]
