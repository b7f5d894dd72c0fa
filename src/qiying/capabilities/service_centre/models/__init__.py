"""Tables of the service centre."""

from qiying.capabilities.service_centre.models.hall import ChiefOfficer, Duty, Hall, Window, Zone
from qiying.capabilities.service_centre.models.tickets import LIVE, Ticket
