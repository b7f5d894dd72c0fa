"""Finding cases by what every page shows beside their text: the number at the source, the unit by its short name.

And by the single words of a query written together, where nothing holds them side by side.
"""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, Q

from qiying.kernel.cases.models import CaseIntake
from qiying.kernel.cases.selectors import knows_asker
from qiying.kernel.organisations.selectors import unit_names
from qiying.kernel.permissions.viewer import Viewer


def also_named(viewer: Viewer, text: str, prefix: str = "") -> Q:
    """Return the condition that a case came under the source number `text`, or that the unit so called leads it.

    Offices only, and none that may not know the asker: nobody finds by a number whose case it is. `prefix` leads to
    the case.
    """
    if not viewer.memberships or viewer.district_id is None or len(text) < 2:
        return Q(pk__in=())
    key = "case_id" if prefix else "pk"
    sources = CaseIntake.objects.filter(
        case=OuterRef(key), until__isnull=True, intake__source_id__iexact=text
    )
    known = Q(Exists(sources)) & knows_asker(viewer, prefix)
    found = known if re.search(r"\d", text) else Q(pk__in=())
    unit = unit_names(viewer.district_id).find(text)
    return found | Q(**{f"{prefix}lead_unit_id": unit}) if unit is not None else found


def apart(text: str) -> str:
    """Return a query with its words set apart, 厂区道路 as 厂区 道路; nothing when it is one word or set apart."""
    import rjieba  # here: its words take a tenth of a second to load

    if re.search(r"\s", text) or len(text) < 4:
        return ""
    words = [w for w in rjieba.cut(text) if w.strip()]
    return " ".join(words) if len(words) > 1 and all(len(w) > 1 for w in words) else ""
