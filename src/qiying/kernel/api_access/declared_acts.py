"""Acts on tokens of the interface, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(api_token="接口令牌")  # noqa: S106 - a word, no secret
declare_act("api_token_created", "发了接口令牌", person_id="给谁（人员编号）", name="用途", days="几天有效")
declare_act("api_token_revoked", "收回了接口令牌", person_id="谁的（人员编号）")
