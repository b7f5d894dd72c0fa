"""What cases put on homes: whose turn it is, what a second person decides, what is to be acknowledged."""

from __future__ import annotations

from qiying.kernel.cases.waiting import cards, decisions, declare_waiting, office_turn, own_turn

declare_waiting("own_turn", "等您的", own_turn, order=5)
declare_waiting("turn", "该您办的", office_turn, order=10)
declare_waiting("decide", "等您决定", decisions, order=20)
declare_waiting("cards", "等您回执", cards, order=30)
