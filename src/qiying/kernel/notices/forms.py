"""Forms of the notice pages."""

from typing import Any

from django import forms

from qiying.kernel.notices.models import ChannelEndpoint, EndpointKind


class EndpointForm(forms.Form):
    """An outside address; the secret is written, never shown."""

    name = forms.CharField(label="名称", max_length=60, help_text="例如：12345 回推、营商专班群")
    kind = forms.ChoiceField(label="类型", choices=[("", "请选一项"), *EndpointKind.choices])
    url = forms.CharField(
        label="地址", max_length=500, help_text="https:// 开头，从对方系统或群机器人设置里复制"
    )
    secret = forms.CharField(
        label="密钥",
        max_length=200,
        required=False,
        help_text="通用接口用它签名，钉钉机器人填加签密钥。不改就留空。",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    events = forms.CharField(
        label="推哪些通知",
        required=False,
        help_text="一行一个通知名，末尾写 * 代表这一类。留空就是全部。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_daily = forms.BooleanField(
        label="每天早上汇总成一条", required=False, help_text="不勾就每件事发一条。"
    )
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def clean_events(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data["events"].split()))


def endpoint_initial(endpoint: ChannelEndpoint) -> dict[str, Any]:
    """Return what the form shows of an existing address."""
    return {
        "name": endpoint.name,
        "kind": endpoint.kind,
        "url": endpoint.url,
        "events": "\n".join(endpoint.events),
        "is_daily": endpoint.is_daily,
        "is_active": endpoint.is_active,
    }
