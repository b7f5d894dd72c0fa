"""What large loads for measuring copy: requests lived through the services, as `bench.yaml` tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qiying.capabilities.service_requests.demo.lives import words_read
from qiying.capabilities.service_requests.selectors import forget
from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.kernel.cases.world import Copied, Matter, told_in

HERE = Path(__file__).parent


def copied() -> Copied:
    """Return the lives a load copies, each said in words of many places."""
    words = words_read(HERE)
    # Arrears run on a clock of their own that nobody can ask to extend, as one of the lives does.
    matters = tuple(_matter(said, words.roads) for said in words.matters if said["category"] != "arrears")
    return Copied(told_in(HERE / "bench.yaml"), matters, request_submit, forget)


def _matter(said: dict[str, Any], roads: list[str]) -> Matter:
    reply = str(said["answer"]).replace("{road}", "兴业路")
    answered: dict[str, Any] = {"text": reply, "result": "solved"}
    if "result" in said:
        quantity, unit = said["result"]
        answered |= {"quantity": quantity, "quantity_unit": unit, "firms_benefited": 3}
    texts = [
        f"{said['text'].replace('{road}', road)}我们在{road}{number}号。"
        for road in roads
        for number in range(1, 21)
    ]
    return Matter(tuple(texts), {"category": said["category"], "reply": reply, "answered": answered})
