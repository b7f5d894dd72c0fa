"""The builder's side forms: one question, the questionnaire's frame, its score as lines of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from qiying.decision.indicators import standard_registry
from qiying.kernel.forms.definition import SCREENS
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer

Raw = Mapping[str, Any]
_LINES = ("options", "rows")
_BY_KIND: dict[str, tuple[str, ...]] = {
    "one": ("options", "other"),
    "many": ("options", "other", "least", "most"),
    "scale": ("least", "most", "labels"),
    "matrix": ("rows", "options"),
    "short": ("most",),
    "long": ("most",),
    "number": ("unit", "least", "most", "decimals"),
    "photo": ("least", "most"),
    "file": ("least", "most", "document"),
    "group": ("least", "most"),
    "computed": ("compute", "unit", "decimals"),
}
_FACTS = ("one", "short", "number", "date")
_MOST = {"short": "最多几个字", "long": "最多几个字", "number": "最大", "scale": "最高一档"}


class QuestionForm(forms.Form):
    """One question; fields that its kind does not use are left out."""

    title = forms.CharField(label="题目", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    code = forms.CharField(label="编号", max_length=32, help_text="条件里用它，如 人数；不重复")
    help = forms.CharField(label="说明", max_length=500, required=False)
    required = forms.BooleanField(label="必答", required=False)
    options = forms.CharField(
        label="选项", widget=forms.Textarea(attrs={"rows": 5}), help_text="一行一个", required=False
    )
    other = forms.BooleanField(label="加一项“其他”，可以写字", required=False)
    rows = forms.CharField(
        label="行", widget=forms.Textarea(attrs={"rows": 4}), help_text="一行一个", required=False
    )
    labels = forms.CharField(label="两端的字", help_text="用顿号隔开：很差、很好", required=False)
    unit = forms.CharField(label="单位", max_length=16, required=False)
    least = forms.FloatField(label="最少", required=False)
    most = forms.FloatField(label="最多", required=False)
    decimals = forms.IntegerField(label="小数位", min_value=0, max_value=6, required=False)
    compute = forms.CharField(
        label="算法",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="用前面题目的编号，如 营收 / 人数",
        required=False,
    )
    shown_when = forms.CharField(
        label="什么时候问",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text='空着就都问。写条件：人数 >= 10 and 行业 = "制造业"，或直接写“人数不少于10人”',
        required=False,
    )
    fact = forms.ChoiceField(label="从已有的指标预填", required=False)
    document = forms.CharField(
        label="从交过的文件预填", max_length=64, help_text="文件名里的字，如 营业执照", required=False
    )

    def __init__(self, data: Any = None, *, question: Raw) -> None:
        super().__init__(data, initial=_as_typed(question), prefix="edit")
        self.question = question
        kind = question["kind"]
        own = {"title", "code", "help", "shown_when", *_BY_KIND.get(kind, ())}
        own |= {"required"} if kind != "computed" else set()
        own |= {"fact"} if kind in _FACTS else set()
        for name in [n for n in self.fields if n not in own]:
            del self.fields[name]
        if "fact" in self.fields:
            names = standard_registry().names
            self.fields["fact"] = forms.ChoiceField(
                label="从已有的指标预填", choices=[("", "不预填"), *((n, n) for n in names)], required=False
            )
        if "most" in self.fields and kind in _MOST:
            self.fields["most"].label = _MOST[kind]
        if "least" in self.fields and kind in ("number", "scale"):
            self.fields["least"].label = {"number": "最小", "scale": "最低一档"}[kind]

    def as_question(self) -> dict[str, Any]:
        """Return the question as the layout keeps it."""
        made = {
            "kind": self.question["kind"],
            **{k: v for k, v in self.cleaned_data.items() if v is not None},
        }
        for key in _LINES:
            if key in made:
                made[key] = [line.strip() for line in made[key].splitlines() if line.strip()]
        if "labels" in made:
            made["labels"] = [part.strip() for part in made["labels"].split("、") if part.strip()]
        if "questions" in self.question:
            made["questions"] = self.question["questions"]
        return made


def _as_typed(question: Raw) -> dict[str, Any]:
    typed = dict(question)
    typed |= {key: "\n".join(question.get(key, ())) for key in _LINES}
    typed["labels"] = "、".join(question.get("labels", ()))
    return typed


class FrameForm(forms.Form):
    """What stands around the questions: name, words before and after, screens, headings, score."""

    title = forms.CharField(label="名称", max_length=100)
    intro = forms.CharField(
        label="开头的话", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )
    thanks = forms.CharField(
        label="交完后的话", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False
    )
    screens = forms.ChoiceField(label="怎么排", choices=list(SCREENS.items()), widget=forms.RadioSelect)
    sections = forms.CharField(
        label="各节的标题",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一节，只有一节可以空着；要加节，用题目列表下面的按钮",
        required=False,
    )
    is_open = forms.BooleanField(
        label="本区登录的人可以直接填", help_text="不勾的，只在问卷、走访这些地方被问到", required=False
    )
    inputs = forms.CharField(
        label="评分看哪些题",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一行一个编号；空着就不评分",
        required=False,
    )
    hit = forms.ChoiceField(
        label="得分怎么算", choices=[("sum", "符合的各行相加"), ("first", "只取第一条符合的")], required=False
    )
    rows = forms.CharField(
        label="评分表",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一档，用竖线隔开，先是上面各题的条件，最后是得分：>= 4 | 是 | 60；不限写 -",
        required=False,
    )
    grades = forms.CharField(
        label="等次",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="总分条件 | 等次 | 说的话：>= 80 | 好 | 继续保持",
        required=False,
    )

    def __init__(self, data: Any = None, *, layout: Raw, is_open: bool) -> None:
        score = layout.get("score") or {}
        typed = {key: layout.get(key, "") for key in ("title", "intro", "thanks")}
        typed |= {"screens": layout.get("screens", "all"), "is_open": is_open, "hit": score.get("hit", "sum")}
        typed["sections"] = "\n".join(s.get("title", "") for s in layout["sections"])
        typed["inputs"] = "\n".join(score.get("inputs", ()))
        typed["rows"] = "\n".join(" | ".join([*r["when"], str(r["points"])]) for r in score.get("rows", ()))
        typed["grades"] = "\n".join(
            " | ".join([g["when"], g["grade"], g.get("words", "")]) for g in score.get("grades", ())
        )
        super().__init__(data, initial=typed)

    def as_layout(self, layout: Raw) -> dict[str, Any]:
        """Return the layout with this frame around its questions."""
        given = self.cleaned_data
        made = {**layout, **{key: given[key] for key in ("title", "intro", "thanks", "screens")}}
        titles = given["sections"].splitlines()
        sections = layout["sections"]
        made["sections"] = [
            {**s, "title": titles[n].strip() if n < len(titles) else ""} for n, s in enumerate(sections)
        ]
        made.pop("score", None)
        if inputs := _lines(given["inputs"]):
            rows = [_cells(line) for line in _lines(given["rows"])]
            made["score"] = {
                "hit": given["hit"] or "sum",
                "inputs": inputs,
                "rows": [{"when": cells[:-1], "points": cells[-1]} for cells in rows],
                "grades": [_grade(_cells(line)) for line in _lines(given["grades"])],
            }
        return {k: v for k, v in made.items() if v not in ("", None)}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.replace("｜", "|").split("|")]


def _grade(cells: Sequence[str]) -> dict[str, str]:
    when, grade, words = (*cells, "", "")[:3]
    return {"when": when, "grade": grade, "words": words}


class NewForm(forms.Form):
    """A new questionnaire: empty, or from a workbook."""

    title = forms.CharField(label="名称", max_length=100)
    code = forms.SlugField(label="编码", max_length=40, help_text="小写字母、数字、横线；网址和接口里用")
    unit = forms.TypedChoiceField(label="主办单位", coerce=int)
    table = forms.FileField(label="从表格导入题目", help_text="可不选；先下载模板照着填", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, viewer: Viewer) -> None:
        super().__init__(data, files)
        paths = tuple(m.path for m in viewer.memberships)
        mine = {
            u.pk for u in Unit.objects.filter(district_id=viewer.district_id or 0) if u.path.startswith(paths)
        }
        choices = [(pk, label) for pk, label in unit_choices(viewer.district_id or 0) if pk in mine]
        field = self.fields["unit"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices
        field.initial = choices[0][0] if choices else None
