"""Three sessions of the demo's year with what was posted before and agreed there; 71 intents of the ledger of 2024."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.matchmaking.declared_permissions import SPEAKERS
from qiying.capabilities.matchmaking.models import Intent
from qiying.capabilities.matchmaking.services import intents, matches, postings
from qiying.capabilities.matchmaking.services.chains import link_keep
from qiying.capabilities.matchmaking.services.suggesting import suggest_all
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.services.people import attendee_add, check_in
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.services import unit_create
from qiying.kernel.permissions.viewer import Viewer

ORDER = 89
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
PAPER = [("凭证.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")]


def prepare(world: World) -> None:
    """A bank, two institutes and the alliance's secretary, the links of the district's chains."""
    for key, name, kind, login, person, role, title in TOLD["units"]:
        given = {"district_id": world.district.pk, "name": name, "at": world.start, "kind": kind}
        world.units[key] = unit_create(actor=world.maker, **given)
        world.member(login, person, key, role, at=world.start, title=title)
    world.member(**TOLD["alliance"], at=world.start)
    world.shown += ["institute", "alliance"]
    desk, kept = world.viewers["desk.desk"], {"source": TOLD["source"], "valid_from": local_date(world.start)}
    for chain, name, place, codes in TOLD["links"]:
        values = {"chain": chain, "name": name, "place": place, "industries": codes, **kept}
        link_keep(actor=desk, row=None, values=values, names=list(values), now=world.start)


def tell(world: World) -> None:
    """Post, meet, agree: each on its day; the ledger of 2024 first."""
    plan = Plan(world, world.fresh_draw())
    plan.put(world.lately(90), partial(_past, world))
    for posted in TOLD["postings"]:
        plan.put(world.lately(posted["ago"]), partial(_post, world, posted))
    for n, session in enumerate(TOLD["sessions"]):
        plan.put(world.lately(session["ago"]), partial(_meet, world, plan, n, session))
    plan.run(since=world.lately(90))
    suggest_all(world.district.pk, world.now)


def _who(world: World, who: str | int, at: datetime) -> tuple[str, Any]:
    """Return a party and who speaks for it."""
    if isinstance(who, int):
        firm = [f for f in world.enterprises if f.pk in world.clerks][who]
        return firm.key, world.clerk(firm.pk, at)
    speakers = (world.viewers.get(f"{who}.{role}") for role in SPEAKERS)
    return f"u:{world.units[who].pk}", next(filter(None, speakers))


def _post(world: World, one: dict[str, Any], at: datetime) -> None:
    party, viewer = _who(world, one["who"], at)
    values = {**one, **TOLD["contact"], "owner": party, "ends_on": local_date(at) + timedelta(days=150)}
    row = postings.posting_save(actor=viewer, posting=None, values=values, now=at)
    if one["ago"] < 5:
        return
    at += timedelta(hours=2)
    postings.posting_review(actor=world.viewers["desk.desk"], posting=row, passes=True, now=at)
    found = row.suggestions.filter(other__isnull=False).first()
    if found is not None:
        told = {"asker": party, "asked": found.key, "words": TOLD["ask"], "contact": ""}
        asked = matches.match_ask(actor=viewer, posting=row, now=at, **told)
        other = next(v for k, v in (_who(world, p["who"], at) for p in TOLD["postings"]) if k == found.key)
        matches.match_answer(actor=other, match=asked, yes=True, now=at + timedelta(hours=3))


def _meet(world: World, plan: Plan, n: int, one: dict[str, Any], at: datetime) -> None:
    """Hold a session within its day, and let its intents be made there on two phones."""
    desk, ends = world.viewers["desk.desk"], at + timedelta(hours=2)
    head = {**one, "on": local_date(at), "starts_at": at, "ends_at": ends, "agenda": [["", one["agenda"]]]}
    row = gathering_save(actor=desk, kind=kind_of(one["kind"]), values=head, now=at - timedelta(days=3))
    given: dict[str, Any] = {"gathering": row, "actor": desk, "now": at - timedelta(days=2)}
    attendee_add(**given, role="unit", unit=world.units[one["unit"]])
    firms = world.enterprises[n * 40 : n * 40 + one["firms"]]
    there = [attendee_add(**given, role="firm", enterprise=firm) for firm in firms]
    for phase in ("inviting", "running"):
        gathering_move(gathering=row, actor=desk, to=phase, now=at)
    for attendee in there:
        check_in(attendee=attendee, actor=desk, how="by_hand", now=at)
    for made in TOLD["intents"]:
        if made["session"] == n:
            _agree(world, plan, {**made, "gathering": row}, at + timedelta(minutes=30))
    gathering_move(gathering=row, actor=desk, to="following", now=ends)


def _agree(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    (party, mine), (other, theirs) = _who(world, one["a"], at), _who(world, one["b"], at)
    values = {**one, "party": party, "code": intents.code_show(actor=theirs, party=other, now=at).code}
    row = intents.intent_make(actor=mine, values=values, key=one["title"], now=at)
    if one["end"] == "lapsed":
        plan.after(at, 9, intents.intents_lapse)
        return
    intents.intent_confirm(actor=theirs, intent=row, now=at + timedelta(minutes=1))
    if one["end"] == "dead":
        plan.after(at, 9, lambda on: intents.intent_end(actor=theirs, intent=row, now=on, **TOLD["dead"]))
    if one["end"] == "landed":
        plan.after(at, 6, partial(_land, world, row, mine, one["wan"]))


def _land(world: World, row: Intent, mine: Viewer, wan: int, at: datetime) -> None:
    told: dict[str, Any] = {"intent": row, "on": local_date(at), "wan": wan, "files": PAPER}
    intents.intent_prove(actor=mine, is_landed=False, now=at, **told)
    row = intents.intent_prove(actor=mine, is_landed=True, now=at + timedelta(hours=1), **told)
    later, desk = at + timedelta(hours=3), world.viewers["desk.desk"]
    intents.intent_check(actor=desk, intent=row, passes=True, reason=TOLD["checked"], now=later)


def _past(world: World, at: datetime) -> None:
    """Enter the ledger: amounts that are whole 万元 and add up to what was reported."""
    past, rows = TOLD["past"], []
    each, rest = divmod(past["wan"], past["landed"])
    for n in range(past["count"]):
        landed = (each + (rest if n == 0 else 0)) * 10_000 if n < past["landed"] else None
        told = {"confirmed_on": date(past["year"], 1 + n % 12, 5 + n % 20), "landed_yuan": landed}
        told |= {
            "a_name": world.enterprises[(n + 60) % len(world.enterprises)].name,
            "yuan": landed or 500_000,
        }
        rows.append({**TOLD["past_words"][n % len(TOLD["past_words"])], **told})
    intents.intents_past(actor=world.viewers["desk.desk"], rows=rows, source=past["source"], now=at)
