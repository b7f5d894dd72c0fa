"""What a reporter writes, and what the discipline body does with its key."""

from __future__ import annotations

from typing import Any

from django import forms

from qiying.capabilities.integrity.procedures.integrity_report import OUTCOMES

LINES = forms.Textarea(attrs={"rows": 6})


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each as Django cleans one."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files, none when nothing was chosen."""
        given = [f for f in (data if isinstance(data, list | tuple) else [data]) if f]
        return [super(FilesField, self).clean(one, initial) for one in given]


class ReportForm(forms.Form):
    """A report: one field is enough, a name never needed."""

    text = forms.CharField(
        label="什么事", max_length=5000, widget=LINES, help_text="谁、什么时候、在哪里、做了什么"
    )
    about = forms.CharField(label="说的是哪个单位、哪个人", max_length=200, required=False)
    happened = forms.CharField(label="什么时候", max_length=100, required=False)
    place = forms.CharField(label="在哪里", max_length=200, required=False)
    attachments = FilesField(
        label="照片、录音、文件", required=False, help_text="最多 5 份，每份 8 MB 以内；照片会去掉拍摄地点"
    )
    name = forms.CharField(
        label="您的姓名", max_length=40, required=False, help_text="写了也只有纪检机构打得开"
    )
    phone = forms.CharField(label="手机号", max_length=20, required=False)


class CodeForm(forms.Form):
    """The code that was copied down."""

    code = forms.CharField(
        label="查询码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    """What a reporter adds."""

    text = forms.CharField(label="要补充的", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    attachments = FilesField(label="照片、录音、文件", required=False)


class PassphraseForm(forms.Form):
    """The passphrase of the body."""

    passphrase = forms.CharField(
        label="口令", max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


class KeyForm(forms.Form):
    """A new passphrase, twice."""

    passphrase = forms.CharField(
        label="口令",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 12 个字符，可以是一句话。忘了口令、又丢了恢复码，谁也打不开。",
    )
    again = forms.CharField(
        label="再输一次", max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        data = dict(super().clean() or {})
        if data.get("passphrase") != data.get("again"):
            self.add_error("again", "两次不一样")
        return data


class RelockForm(KeyForm):
    """Another passphrase for the same key."""

    old = forms.CharField(
        label="现在的口令", max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    field_order = ("old", "passphrase", "again")


class RecoverForm(KeyForm):
    """Another passphrase from the recovery shares."""

    shares = forms.CharField(
        label="恢复码",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text="三份，一行一份，照原样抄",
    )
    field_order = ("shares", "passphrase", "again")


class TellForm(forms.Form):
    """A word to the reporter."""

    text = forms.CharField(label="对举报人说", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    asks = forms.BooleanField(label="等他回复（核查期限先停着）", required=False)


class ConcludeForm(forms.Form):
    """A conclusion and its words."""

    outcome = forms.ChoiceField(label="结论", choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    text = forms.CharField(
        label="给举报人的话",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="另一个人审核同意以后，举报人用查询码看得到",
    )
