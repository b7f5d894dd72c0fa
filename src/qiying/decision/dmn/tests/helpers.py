"""Builds small DMN files for tests."""

from __future__ import annotations

from typing import Any

from qiying.decision.dmn import evaluate_decision, read_model
from qiying.decision.feel import to_feel
from qiying.decision.feel.tests.helpers import plain

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="n">'


def model_of(body: str) -> Any:
    """The model of a definitions body."""
    return read_model(f"{HEAD}{body}</definitions>".encode())


def decision(name: str, logic: str, *, type_ref: str = "", requires: tuple[str, ...] = ()) -> str:
    """A decision element; `requires` are ids of inputs (i_), decisions (d_) and knowledge models (b_)."""
    kinds = {"i": "requiredInput", "d": "requiredDecision", "b": "requiredKnowledge"}
    needs = "".join(
        f'<{holder}><{kinds[identity[0]]} href="#{identity}"/></{holder}>'
        for identity in requires
        for holder in ["knowledgeRequirement" if identity[0] == "b" else "informationRequirement"]
    )
    declared = f' typeRef="{type_ref}"' if type_ref else ""
    return (
        f'<decision name="{name}" id="d_{name}"><variable name="{name}"{declared}/>{needs}{logic}</decision>'
    )


def given(name: str, type_ref: str = "Any") -> str:
    """An input data element."""
    return (
        f'<inputData name="{name}" id="i_{name}"><variable name="{name}" typeRef="{type_ref}"/></inputData>'
    )


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression>"


def answer(body: str, name: str, **inputs: Any) -> Any:
    """The plain value of a decision."""
    return plain(
        evaluate_decision(model_of(body), name, {key: to_feel(item) for key, item in inputs.items()}).value
    )
