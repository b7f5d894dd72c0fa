"""A year of publicity in the demo district: columns, articles passed by others, screens, ways, activities."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.publicity.models import Article, ArticleDay, NewsColumn, Reach, Screen
from qiying.capabilities.publicity.services import article_publish, article_return, article_submit, row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Attendee
from qiying.kernel.gatherings.services.people import attendee_add, check_in
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.permissions.viewer import Viewer

ORDER, APART = 94, True
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
OPENED = 37
"""How often an article of the demo was opened on its first day; a fifth less each day after."""


def prepare(world: World) -> None:
    """The chief editor, who passes what the desk writes."""
    person = world.member("editor", "柳文", "desk", "desk", at=world.start, title="总编")
    world.viewers["desk.editor"] = world.viewer_of(person)
    world.shown.append("editor")


def tell(world: World) -> None:
    """Let columns and screens be there, then each matter come on its day."""
    plan = Plan(world, world.fresh_draw())
    since = world.lately(TOLD["since"])
    _ground(world, since)
    for one in TOLD["articles"]:
        plan.put(world.lately(one["ago"]), partial(_article, world, plan, one))
    for row in TOLD["reaches"]:
        plan.put(world.lately(row[4]), partial(_reach, world, row))
    for one in TOLD["activities"]:
        plan.put(world.lately(max(one["ago"], 0) + 14), partial(_activity, world, plan, one))
    plan.put(world.lately(30), partial(_screens, world))
    plan.run(since=since - timedelta(days=1))


def _keep(who: Viewer, model: Any, at: datetime, **values: Any) -> Any:
    return row_keep(actor=who, model=model, row=None, values=values, names=list(values), now=at)


def _ground(world: World, at: datetime) -> None:
    chief, today = world.viewers["desk.desk"], local_date(at)
    held: dict[str, Any] = {"unit": world.units["desk"], "valid_from": today, "valid_to": None}
    for name, about, position in TOLD["columns"]:
        _keep(chief, NewsColumn, at, name=name, about=about, position=position, **held)
    for one in TOLD["screens"]:
        _keep(chief, Screen, at, **one, **held)


def _article(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    writer = world.viewers[f"{one['unit']}.{one['by']}"]
    column = NewsColumn.objects.get(district=world.district, name=one["column"])
    given = {name: one[name] for name in ("title", "lines", "text", "source")}
    row = _keep(writer, Article, at, **given, column=column, unit=world.units[one["unit"]])
    article_submit(actor=writer, row=row, now=at)
    if one["end"] != "review":
        plan.after(at, 1, partial(_reviewed, world, row, one))


def _reviewed(world: World, row: Article, one: dict[str, Any], at: datetime) -> None:
    own, chief = world.viewers.get(f"{one['unit']}.leader"), world.viewers["desk.editor"]
    if one["end"] == "back":
        article_return(actor=chief, row=row, said=TOLD["said"]["back"], now=at)
        return
    article_publish(actor=own or chief, row=row, said=TOLD["said"]["pass"], now=at)
    days = [(local_date(at) + timedelta(days=n), OPENED * 4**n // 5**n) for n in range(6)]
    ArticleDay.objects.bulk_create(
        ArticleDay(article=row, on=day, opened=n) for day, n in days if day < local_date(world.now)
    )


def _reach(world: World, row: list[Any], at: datetime) -> None:
    about, means, unit, place, _, times, reached, of, how = row
    who = next(
        v for key, v in world.viewers.items() if key.startswith(f"{unit}.") and v.has("publicity.write")
    )
    told = {"about": about, "means": means, "unit": world.units[unit], "place": place, "times": times}
    _keep(who, Reach, at, **told, reached=reached, of=of, how=how, on=local_date(at))


def _screens(world: World, at: datetime) -> None:
    article = Article.objects.filter(district=world.district, state="published").latest("published_on")
    for screen in Screen.objects.filter(district=world.district, name__in=TOLD["shown"]):
        told = {"about": article.title, "means": "screen", "unit": screen.unit, "how": "屏后台的播放记录"}
        _keep(
            world.viewers["desk.desk"], Reach, at, **told, article=article, screen=screen, on=local_date(at)
        )


def _activity(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    actor = world.viewers[f"{one['unit']}.{one['by']}"]
    on: date = world.workday(local_date(world.now - timedelta(days=one["ago"])))
    start = at_hour(on, time(14, 30))
    head = {"title": one["title"], "place": one["place"], "on": on, "starts_at": start, "capacity": 60}
    head["ends_at"] = start + timedelta(hours=2)
    made = gathering_save(
        actor=actor, kind=kind_of(one["kind"]), values=head, now=at, unit_id=world.units[one["unit"]].pk
    )
    for firm in world.enterprises[: one["firms"]]:
        attendee_add(gathering=made, actor=actor, role="guest", enterprise=firm, now=at)
    gathering_move(gathering=made, actor=actor, to="inviting", now=at)

    def held(moment: datetime) -> None:
        gathering_move(gathering=made, actor=actor, to="running", now=moment)
        for who in Attendee.objects.filter(gathering=made, role="guest").order_by("pk")[: one["came"]]:
            check_in(attendee=who, actor=actor, how="by_hand", now=moment)
        gathering_move(gathering=made, actor=actor, to="closed", now=moment + timedelta(hours=2))

    plan.put(start, held)
