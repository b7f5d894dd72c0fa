"""An article is passed by another person; what is public, posters, screens, opens without readers, the account."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from qiying.capabilities.publicity import urls
from qiying.capabilities.publicity.models import Article, ArticleDay, NewsColumn, Reach
from qiying.capabilities.publicity.offers import returned, reviewing
from qiying.capabilities.publicity.rules import on_screen, width_of
from qiying.capabilities.publicity.selectors import account
from qiying.capabilities.publicity.services import (
    article_publish,
    article_return,
    article_submit,
    article_withdraw,
)
from qiying.capabilities.publicity.tests.world import Press, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, let_in, unvisited
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.services.people import attendee_add, check_in, sign_up
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Press:
    return make_world()


def counted(measure: str) -> int:
    return sum(
        FigureDelta.objects.filter(procedure="publicity", measure=measure).values_list("value", flat=True)
    )


def test_a_text_is_cut_for_a_screen_without_running_over_or_losing_a_word() -> None:
    for rows, chars in ((1, 2), (1, 12), (2, 8), (3, 5)):
        for text in (
            "优化营商环境，人人都是参与者。",
            "拨打0573-12345678一次说清",
            "好",
            "ABC def 12345",
            "（一）",
        ):
            cut = on_screen([text], rows, chars, 30)
            assert all(len(turn) <= rows for turn in cut.turns)
            lines = [line for turn in cut.turns for line in turn]
            assert all(sum(map(width_of, line)) <= chars for line in lines), (text, lines)
            assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    cut = on_screen(["一二三四五六七八九十"] * 3, 1, 4, 4)
    assert len(cut.turns) == 9 and cut.faults == ("要 9 屏才放得完，这块屏一轮最多 4 屏，请写短一点",)
    assert "显示不出来" in on_screen(["加油💪"], 1, 8, 4).faults[0]
    assert on_screen(["甲乙", "丙"], 2, 2, 4).text == "甲乙\n\n丙"


def test_nobody_passes_his_own_text_and_a_published_one_is_not_changed(world: Press) -> None:
    for who, by in (("writer", "leader"), ("writer", "chief"), ("leader", "chief"), ("chief", "chief2")):
        row = world.article(who, title=f"{who} {by}")
        for early in ("leader", "chief"):
            with pytest.raises(ActionNotAvailable):
                article_publish(actor=world.viewer(early), row=row, said="好的", now=world.now)
        article_submit(actor=world.viewer(who), row=row, now=world.now)
        for wrong in {who, "writer", "stranger2", "supervisor", "clerk"}:
            with pytest.raises(NotPermitted):
                article_publish(actor=world.viewer(wrong), row=row, said="好的", now=world.now)
        row = article_return(actor=world.viewer(by), row=row, said="标题太大", now=world.now)
        assert (row.state, row.returned) == ("draft", 1)
        with pytest.raises(NotPermitted):
            world.keep(Article, "stranger", row, title="改别人的")
        row = world.keep(Article, who, row, title=f"{who} {by} 改")
        article_submit(actor=world.viewer(who), row=row, now=world.now)
        row = article_publish(actor=world.viewer(by), row=row, said="可以发", now=world.now)
        with pytest.raises(GuardFailed):
            world.keep(Article, who, row, title="发了再改")
    assert (
        article_withdraw(actor=world.viewer("chief"), row=row, said="有误", now=world.now).state
        == "withdrawn"
        if (row.written_by_id != world.people["chief"].pk)
        else True
    )
    world.published(title="一次过")
    assert (counted("submitted"), counted("returned"), counted("published"), counted("passed_first")) == (
        9,
        4,
        5,
        1,
    )


def test_what_waits_stands_on_the_home_of_who_has_to_act(world: Press) -> None:
    row = world.article()
    article_submit(actor=world.viewer("writer"), row=row, now=world.now)

    def waits(read: Any, who: str) -> int:
        found = read(world.viewer(who), world.today)
        return found.rows.count() if found else 0

    assert [waits(reviewing, w) for w in ("leader", "chief", "writer", "stranger2", "clerk")] == [
        1,
        1,
        0,
        0,
        0,
    ]
    article_return(actor=world.viewer("leader"), row=row, said="短一点", now=world.now)
    assert [waits(returned, w) for w in ("writer", "leader", "stranger")] == [1, 0, 0]
    assert waits(reviewing, "leader") == 0


def test_opens_are_counted_by_day_and_nothing_is_kept_of_who_opened(world: Press) -> None:
    row = world.published()
    assert {f.name for f in ArticleDay._meta.fields} == {"id", "article", "on", "opened", "is_counted"}
    for who in (None, None, "clerk", "outsider", "writer"):
        assert world.browser(who).get(f"/news/{row.pk}/").status_code == 200
    assert ArticleDay.objects.get().opened == 5 and counted("opened") == 0
    ArticleDay.objects.update(on=world.today - timedelta(days=1))
    world.browser(None).get(f"/news/{row.pk}/")
    assert counted("opened") == 5
    world.browser(None).get(f"/news/{row.pk}/")
    assert counted("opened") == 5 and ArticleDay.objects.count() == 2


def test_one_text_makes_a_poster_a_picture_and_what_each_screen_shows(world: Press) -> None:
    world.screen()
    world.screen(name="门口屏", rows=1, chars=6, turns=2)
    row, draft = world.published(), world.article(title="没审的")
    office = world.browser("writer")
    assert office.get(f"/publicity/articles/{row.pk}/poster.pdf").content[:5] == b"%PDF-"
    picture = Image.open(BytesIO(office.get(f"/publicity/articles/{row.pk}/poster.png").content))
    assert picture.format == "PNG" and max(picture.size) == 2400
    text = office.get(f"/publicity/articles/{row.pk}/screens.txt").content.decode()
    assert "大厅屏（2 行 × 8 字）" in text and "门口屏" in text and "请写短一点" in text
    for form in ("poster.pdf", "poster.png", "screens.txt"):
        assert office.get(f"/publicity/articles/{draft.pk}/{form}").status_code == 404
        assert world.browser("clerk").get(f"/publicity/articles/{row.pk}/{form}").status_code == 404


def test_a_photo_is_public_with_its_article_only_and_tells_no_place(world: Press) -> None:
    row = world.article()
    image = Image.new("RGB", (40, 30), "red")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    client = world.browser("writer")
    url = f"/publicity/articles/{row.pk}/picture/"
    client.post(url, {"file": SimpleUploadedFile("a.jpg", buffer.getvalue(), "image/jpeg")})
    client.post(url, {"file": SimpleUploadedFile("b.jpg", b"no picture", "image/jpeg")})
    assert world.browser("stranger").post(url, {}).status_code == 404
    from qiying.capabilities.publicity.selectors import pictures_of

    (held,) = pictures_of(row)
    shown = f"/documents/{held.pk}/preview/"
    assert [world.browser(w).get(shown).status_code for w in (None, "clerk", "writer")] == [404, 404, 200]
    article_submit(actor=world.viewer("writer"), row=row, now=world.now)
    article_publish(actor=world.viewer("leader"), row=row, said="可以发", now=world.now)
    assert world.browser(None).get(shown).status_code == 200
    assert b"secret" not in world.browser(None).get(f"/documents/{held.pk}/download/").content


def test_an_activity_takes_sign_ups_and_counts_who_came_of_who_was_expected(world: Press) -> None:
    start = world.now + timedelta(days=300)  # later than the day on which the tests run
    head = {"title": "亲清政商羽毛球赛", "place": "体育馆", "on": local_date(start), "starts_at": start}
    actor = world.viewer("discipline")
    one = gathering_save(
        actor=actor,
        kind=kind_of("sports"),
        values={**head, "ends_at": start + timedelta(hours=3)},
        now=world.now,
    )
    attendee_add(gathering=one, actor=actor, role="guest", enterprise=world.enterprise, now=world.now)
    gathering_move(gathering=one, actor=actor, to="inviting", now=world.now)
    assert "羽毛球赛" in world.browser(None).get("/news/").content.decode()
    place = sign_up(gathering=one, actor=world.viewer("outsider"), now=world.now)
    world.now = start
    gathering_move(gathering=one, actor=actor, to="running", now=world.now)
    assert check_in(attendee=place, actor=world.viewer("outsider"), how="code", now=world.now)
    gathering_move(gathering=one, actor=actor, to="closed", now=world.now)
    assert (counted("activities"), counted("expected"), counted("came")) == (1, 2, 1)
    line = next(x for x in account(world.district.pk, start.year, world.today) if "赛事" in x.label)
    assert line.share == "1 / 2（50%）"
    assert Gathering.objects.get(pk=one.pk).of_kind.sees == "publicity.view"


def test_reach_has_its_whole_or_says_that_it_has_none(world: Press) -> None:
    told = {
        "about": "《条例》",
        "unit": world.units["office"],
        "place": "园区",
        "on": world.today,
        "until": None,
    }
    told |= {"times": 1, "how": "签到表", "article": None, "screen": None}
    world.keep(Reach, "writer", **told, means="lecture", reached=40, of=50)
    world.keep(Reach, "writer", **{**told, "times": 10}, means="online", reached=5819, of=None)
    screen = world.screen()
    world.keep(Reach, "writer", **{**told, "screen": screen}, means="screen", reached=None, of=None)
    for wrong, field in (
        ({"means": "fair", "reached": 60, "of": 50}, "reached"),
        ({"means": "fair", "reached": None, "of": 50}, "reached"),
        ({"means": "screen", "reached": 1, "of": None}, "screen"),
        ({"means": "poster", "reached": 1, "of": None, "screen": screen}, "screen"),
        ({"means": "fair", "reached": 1, "of": None, "on": world.today + timedelta(days=1)}, "on"),
        ({"means": "fair", "reached": 1, "of": None, "article": world.article()}, "article"),
        ({"means": "fair", "reached": 1, "of": None, "until": world.today - timedelta(days=3)}, "until"),
    ):
        with pytest.raises(GuardFailed) as refused:
            world.keep(Reach, "writer", **{**told, **wrong})
        assert list(refused.value.fields) == [field]
    lines = {x.label: x for x in account(world.district.pk, world.today.year, world.today)}
    assert lines["专题讲座"].share == "40 / 50（80%）"
    online = lines["公众号、视频号"]
    assert (online.times, online.reached, online.share, online.without) == (10, 5819, "没有分母", 1)
    assert lines["电子屏"].whole == 1
    assert world.browser("supervisor").get("/publicity/?export=xlsx").content[:2] == b"PK"


@both_ways
def test_every_page_lets_in_who_may_and_stands_hostile_values(world: Press, every: bool) -> None:
    column = world.keep(
        NewsColumn, "chief", name="营商环境看洞头", about="改革典型案例", unit=world.units["desk"], position=1,
        valid_from=world.today, valid_to=None,
    )  # fmt: skip
    row, draft, screen = world.published(column=column), world.article(title="草稿"), world.screen()
    told = {"about": "《条例》", "unit": world.units["office"], "on": world.today, "how": "签到表"}
    reach = world.keep(Reach, "writer", **told, means="lecture", reached=40, of=50)
    cast = ("chief", "writer", "leader", "stranger", "supervisor", "outsider")
    people: dict[str, Any] = {who: world.people[who] for who in cast} | {"nobody": None}
    everybody, office = {*people}, {*cast} - {"outsider"}
    expected = {
        "/news/": everybody,
        f"/news/{row.pk}/": everybody,
        f"/news/{draft.pk}/": set(),
        "/publicity/": office,
    }
    for name, one in (("articles", row), ("columns", column), ("screens", screen), ("reaches", reach)):
        expected |= {f"/publicity/{name}/": office, f"/publicity/{name}/{one.pk}/": office}
    expected[f"/publicity/articles/{draft.pk}/"] = {"writer", "leader"}
    found = {k: set(v.split()) for k, v in let_in(people, expected).items()}
    assert found == expected
    visited = {
        *expected,
        f"/publicity/articles/{row.pk}/poster.pdf",
        f"/publicity/articles/{row.pk}/picture/",
    }
    left = unvisited(urls, dict.fromkeys(visited))
    assert not [
        n for n in left if not n.endswith(("_new", "_act", "_view", "_png", "_txt")) and "import" not in n
    ]
    new = {"title": "新稿", "unit": str(world.units["office"].pk), "text": "正文", "source": "本局"}
    typed: dict[str, tuple[str, Any]] = {
        "/publicity/articles/new/": ("writer", {**new, "lines": "一句", "source_url": "https://x.cn/a", "column": ""}),
        f"/publicity/articles/{draft.pk}/edit/": ("writer", new),
        f"/publicity/articles/{draft.pk}/submit/": ("writer", {}),
        f"/publicity/articles/{row.pk}/withdraw/": ("chief", {"said": "有误"}),
        "/publicity/screens/new/": (
            "chief",
            {"name": "屏", "place": "厅", "unit": str(world.units["desk"].pk), "rows": "2", "chars": "9", "turns": "3",
             "valid_from": str(world.today)},
        ),
        "/publicity/reaches/new/": (
            "writer",
            {"about": "讲座", "means": "lecture", "unit": str(world.units["office"].pk), "on": str(world.today),
             "times": "1", "reached": "3", "of": "4", "how": "签到"},
        ),
    }  # fmt: skip
    assert broken(people, typed, every) == []
    asked = {"/publicity/": ("chief", ("year",)), "/news/": ("outsider", ("column",)),
             "/publicity/articles/": ("chief", ("q", "column", "show", "sort"))}  # fmt: skip
    assert broken_by_query(people, asked, every) == []


def test_queries_do_not_grow_with_rows(world: Press) -> None:
    client = world.browser("chief")

    def queries() -> list[int]:
        counts = []
        for url in ("/publicity/articles/", "/news/", "/publicity/", "/publicity/reaches/"):
            client.get(url)
            with CaptureQueriesContext(connection) as found:
                assert client.get(url).status_code == 200
            counts.append(len(found))
        return counts

    told = {
        "about": "《条例》",
        "unit": world.units["office"],
        "on": world.today,
        "how": "签到表",
        "means": "fair",
    }
    world.published()
    world.keep(Reach, "writer", **told)
    before = queries()
    for n in range(8):
        world.published(title=f"第 {n} 篇")
        world.keep(Reach, "writer", **told)
    assert queries() == before
