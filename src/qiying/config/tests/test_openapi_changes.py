"""v1 only gains: what breaks a client is named, what it gains passes."""

import copy
from typing import Any

import pytest

from qiying.config.openapi_changes import breaking_changes

OLD: dict[str, Any] = {
    "paths": {
        "/cases": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "state", "required": False, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/c/s/Page"}}}}},
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/c/s/In"}}},
                },
                "responses": {"201": {}, "422": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Page": {
                "type": "object",
                "properties": {"items": {"type": "array", "items": {"$ref": "#/c/s/Case"}}},
                "required": ["items"],
            },
            "Case": {
                "type": "object",
                "properties": {
                    "number": {"type": "string"},
                    "state": {"type": "string", "enum": ["open", "closed"]},
                    "parent": {"$ref": "#/c/s/Case"},
                },
                "required": ["number"],
            },
            "In": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "note": {"type": "string"}},
                "required": ["title"],
            },
        }
    },
}


def changed(change) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new["paths"]["/cases"], new["components"]["schemas"])
    return breaking_changes(OLD, new)


def gain(paths, schemas):
    paths["delete"] = {"responses": {"204": {}}}
    paths["get"]["parameters"].append({"in": "query", "name": "limit", "required": False})
    paths["get"]["responses"]["404"] = {}
    schemas["Case"]["properties"]["title"] = {"type": "string"}
    schemas["Case"]["required"].append("title")
    schemas["Case"]["properties"]["state"]["enum"].append("paused")
    schemas["In"]["properties"]["more"] = {"type": "string"}


def test_new_routes_answers_fields_and_choices_are_gains():
    assert changed(gain) == []


BREAKS = {
    "is gone": lambda p, s: p.pop("post"),
    "parameter state is gone": lambda p, s: p["get"]["parameters"].clear(),
    "parameter state became required": lambda p, s: p["get"]["parameters"][0].update(required=True),
    "answer 422 is gone": lambda p, s: p["post"]["responses"].pop("422"),
    "field number is gone": lambda p, s: s["Case"]["properties"].pop("number"),
    "field number became optional": lambda p, s: s["Case"]["required"].clear(),
    "string became integer": lambda p, s: s["Case"]["properties"]["number"].update(type="integer"),
    "a choice is gone": lambda p, s: s["Case"]["properties"]["state"]["enum"].pop(),
    "field note became required": lambda p, s: s["In"]["required"].append("note"),
    "field title is gone": lambda p, s: s["In"]["properties"].pop("title"),
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_what_a_client_would_miss_is_named(sentence):
    found = changed(BREAKS[sentence])
    assert any(sentence in line for line in found), found
