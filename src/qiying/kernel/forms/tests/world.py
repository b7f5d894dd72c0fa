"""A unit that keeps questionnaires, its officer, one of another unit, a clerk, and the questionnaire of the kit's page."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from django.test import Client

from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.forms.models import Form, FormVersion
from qiying.kernel.forms.services import form_publish, form_save
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit

PAGE = Path(__file__).parents[5] / "docs" / "kits" / "forms.md"


def page_layout() -> dict[str, Any]:
    """Return the questionnaire of `docs/kits/forms.md`."""
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    made: dict[str, Any] = yaml.safe_load(found.group(1))
    return made


def layout(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a layout of one section."""
    return {"title": "问卷", "sections": [{"questions": deepcopy(list(questions))}], **more}


def question(code: str = "甲", kind: str = "short", **more: Any) -> dict[str, Any]:
    """Return one question."""
    return {"code": code, "kind": kind, "title": f"{code}是什么", **more}


class World:
    """The cast of the kit's tests."""

    def __init__(self) -> None:
        self.district = make_district()
        self.unit = make_unit(self.district, "营商办")
        self.officer = make_person("编题的", self.unit, "liaison")
        self.other = make_person("别的单位的", make_unit(self.district, "税务局"), "liaison")
        self.handler = make_person("经办的", self.unit, "handler")
        self.enterprise = make_enterprise(self.district, "甲公司")
        self.clerk = make_clerk(self.enterprise, "甲公司专员")
        self.stranger = make_person("外人", make_unit(make_district("外区"), "外区营商办"), "liaison")

    def form(self, content: dict[str, Any], code: str = "f") -> Form:
        """Return a questionnaire that is not published."""
        return form_save(
            actor=viewer(self.officer), unit=self.unit, code=code, layout=content, at=NOW, is_open=True
        )

    def version(self, content: dict[str, Any], code: str = "f") -> FormVersion:
        """Return a published questionnaire."""
        return form_publish(actor=viewer(self.officer), form=self.form(content, code), at=NOW)


def client_of(person: Person) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
