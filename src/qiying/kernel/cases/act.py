"""One act in progress: what an effect works with."""

from __future__ import annotations

from typing import Any

from qiying.kernel.cases.act_changes import Count, plain
from qiying.kernel.cases.act_clocks import ClockChanging
from qiying.kernel.cases.models import Answer, Approval, Supervision
from qiying.kernel.cases.vocabulary import RECUSED

__all__ = ["Act", "Count", "plain"]


class Act(ClockChanging):
    """An act with the words effects are written in: parties, agreements, answers, approvals, addressed acts."""

    # --- parties -----------------------------------------------------------------
    def party_add(self, key: str, role: str) -> None:
        """Let somebody take part; nothing happens if he already does in that role."""
        if role in self.procedure.people and not key.startswith("p:"):
            raise ValueError(f"“{role}”是一个人，不能是 {key}")
        if not any(p.key == key and p.role == role for p in self.parties):
            self.new("party", key=key, role=role, since=self.now, until=None)

    def party_end(self, key: str, role: str) -> None:
        """End a part; the unit loses sight of the case unless it has another part."""
        for p in self.parties:
            if p.key == key and p.role == role:
                self.change("party", p, until=self.now)

    def recuse(self, person_id: int) -> None:
        """Keep a person out of the case from now on, though his unit takes part: nothing to see, nothing to do."""
        self.party_add(f"p:{person_id}", RECUSED)

    def agree(self, what: str, agrees: bool, note: str = "") -> None:
        """Record what the acting party says to something that several have to agree to."""
        for row in self.agreements:
            if (row.what, row.party) == (what, self.acting_party) and row.is_current:
                self.change("agreement", row, is_current=False)
        by = {"given_by_id": self.viewer.person_id, "given_by_name": self.viewer.name}
        at = {"given_at": self.now, "given_on": self.today}
        said = {"party": self.acting_party, "key": self.acting_key, "agrees": agrees, "note": note}
        self.new("agreement", what=what, **said, is_current=True, **by, **at)

    # --- common rows ----------------------------------------------------------------
    def answer(self, kind: str, text: str, **fields: Any) -> Answer:
        """Record a version of the answer; a final one replaces the earlier as current, a draft never is."""
        if kind not in {"interim", "draft"}:
            for a in self.answers:
                if a.is_current and a.kind != "interim":
                    self.change("answer", a, is_current=False)
        answer: Answer = self.new(
            "answer",
            kind=kind,
            text=text,
            given_by_id=self.viewer.person_id,
            given_by_name=self.viewer.name,
            given_at=self.now,
            given_on=self.today,
            is_current=kind != "draft",
            **fields,
        )
        return answer

    def ask_approval(self, kind: str, reason: str, **fields: Any) -> Approval:
        """Ask a second person to decide."""
        approval: Approval = self.new(
            "approval",
            kind=kind,
            reason=reason,
            asked_by_id=self.viewer.person_id,
            asked_by_name=self.viewer.name,
            asked_at=self.now,
            **fields,
        )
        return approval

    def decide_approval(self, approval: Approval, decision: str, note: str = "") -> None:
        """Record the second person's decision, approved or refused, or that it was recalled."""
        self.change(
            "approval",
            approval,
            decision=decision,
            decided_by_id=self.viewer.person_id,
            decided_by_name=self.viewer.name,
            decided_at=self.now,
            note=note,
        )

    def supervise(self, kind: str, *, text: str = "", needs_ack: bool = False, **fields: Any) -> Supervision:
        """Issue an addressed act: card, urging letter, instruction, task force."""
        name = "系统" if self.viewer.is_system else self.viewer.name
        issuer = {"issued_by_id": self.viewer.person_id, "issued_by_name": name}
        row: Supervision = self.new(
            "supervision",
            kind=kind,
            text=text,
            needs_ack=needs_ack,
            issued_at=self.now,
            issued_on=self.today,
            **{**issuer, **fields},
        )
        return row
