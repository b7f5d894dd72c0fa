"""Tables of gatherings: the gathering, who comes, what is raised, every edit of it, letters and duties."""

from qiying.kernel.gatherings.models.gathering import Duty, Gathering, GatheringLetter
from qiying.kernel.gatherings.models.items import Edit, Item
from qiying.kernel.gatherings.models.people import Attendee
