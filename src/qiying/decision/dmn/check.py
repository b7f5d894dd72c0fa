"""Checks a DMN file: broken XML, FEEL that cannot be read or does not fit its types, with the place in the file."""

from __future__ import annotations

from pathlib import Path

from qiying.decision.feel.errors import Problem

from .model import Decision, InputData, KnowledgeModel
from .reader import read_model
from .typing import type_problems
from .xml import DmnError


def check_model_file(path: Path) -> list[Problem]:
    """What is wrong with a DMN file, each with line and column in the file."""
    data = path.read_bytes()
    try:
        model = read_model(data)
    except DmnError as error:
        return [Problem("dmn.xml", str(error), line=1, column=1)]
    found = list(model.problems)
    for element in model.elements.values():
        requires = element.requires if isinstance(element, (Decision, KnowledgeModel)) else ()
        for identity in requires:
            if identity not in model.elements:
                message = f"“{element.name}”要求的“{identity}”不在文件里"
                found.append(
                    Problem("dmn.requires", message, "请检查 href，或补上缺少的元素", line=1, column=1)
                )
        if isinstance(element, Decision) and element.logic is None:
            found.append(
                Problem(
                    "dmn.logic", f"决策“{element.name}”没有内容", "请补上决策表或表达式", line=1, column=1
                )
            )
    if not any(isinstance(element, (Decision, InputData)) for element in model.elements.values()):
        found.append(Problem("dmn.empty", "文件里没有决策", "请确认这是决策模型", line=1, column=1))
    return [*found, *type_problems(model, data)]
