"""Cases as people read them: pure presenters over one `CaseFile`, used by pages, phone pages and the API."""

from qiying.kernel.cases.faces.actions import ActionFace, action_faces
from qiying.kernel.cases.faces.children import family_of
from qiying.kernel.cases.faces.clocks import ClockFace, clock_faces, main_clock, row_status
from qiying.kernel.cases.faces.file import CaseFile, case_file, case_visible
from qiying.kernel.cases.faces.history import HistoryItem, chosen, timeline
from qiying.kernel.cases.faces.names import Names, category_label, field_labels, label
from qiying.kernel.cases.faces.oversight import approval_faces, supervision_faces
from qiying.kernel.cases.faces.parts import (
    answer_faces,
    assignment_faces,
    intake_faces,
    may_reveal,
    party_faces,
    split_documents,
)
from qiying.kernel.cases.faces.registry import ProcedureFace, choice_source, face_of, procedure_face
from qiying.kernel.cases.faces.sentences import (
    Sentence,
    asker_sentence,
    next_words,
    office_sentence,
    status_sentence,
)
