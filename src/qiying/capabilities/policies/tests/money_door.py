"""The treasury as tests of applications need it: money in, payments carried out."""

from __future__ import annotations

import sys
from datetime import date
from importlib.util import find_spec
from types import ModuleType

from django.db.models import F

from qiying.capabilities.policies.models import Budget, Delivery, Payment, Policy
from qiying.kernel.cases.engine import case_act

BASE = "qiying.capabilities.policies.services.money"


def appropriate(policy: Policy, fen: int, year: int) -> Budget:
    return Budget.objects.create(
        district=policy.district, policy=policy, year=year, appropriated_fen=fen, available_fen=fen
    )


def settle(world, payment: Payment, on: date) -> None:
    payment.state, payment.paid_on = "paid", on
    payment.save()
    data = {"payment_number": payment.number, "paid_on": on, "amount_fen": payment.amount_fen, "reference": "R1"}
    case = payment.application.case
    case_act(case=case, action="record_payment", actor=world.viewer("treasurer"), data=data, now=world.now)


def _reserve(*, application, fen, actor, at):
    row = Budget.objects.filter(policy=application.policy, year=application.year, available_fen__gte=fen)
    return bool(row.update(available_fen=F("available_fen") - fen, reserved_fen=F("reserved_fen") + fen))


def _commit(*, application, fen, actor, at):
    rows = Budget.objects.filter(policy=application.policy, year=application.year)
    if rows.filter(reserved_fen__gte=fen).update(
        reserved_fen=F("reserved_fen") - fen, committed_fen=F("committed_fen") + fen
    ):
        return True
    taken = rows.filter(available_fen__gte=fen)
    return bool(taken.update(available_fen=F("available_fen") - fen, committed_fen=F("committed_fen") + fen))


def _pay(*, application, actor, at):
    return Payment.objects.create(
        application=application,
        number=f"ZF-{application.pk}-{application.payments.count()}",
        amount_fen=application.granted_fen,
        account=application.account,
        made_at=at,
    )


def _deliver(*, application, actor, at):
    unit = application.policy.service_unit or application.policy.lead_unit
    return Delivery.objects.create(application=application, unit=unit, what=application.policy.name, asked_at=at)


def _module(name: str, **functions) -> None:
    made = ModuleType(f"{BASE}.{name}")
    made.__dict__.update(functions)
    sys.modules[f"{BASE}.{name}"] = made


if find_spec(f"{BASE}.ledger") is None:
    _module("ledger", money_reserve=_reserve, money_commit=_commit, money_release=lambda **_: None)
    _module("payments", payment_make=_pay)
    _module("deliveries", delivery_make=_deliver)
