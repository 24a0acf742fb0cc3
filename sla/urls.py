"""Setup of the agreements. The lists are the contents of one page each."""

from sla.calendars import urls as calendars
from sla.changes import urls as changes
from sla.escalation import urls as escalation
from sla.policies import urls as policies
from sla.priorities import urls as priorities
from sla.replay import urls as replay
from sla.step_targets import urls as steps

app_name = "sla"

urlpatterns = [
    *policies.urlpatterns,
    *escalation.urlpatterns,
    *steps.urlpatterns,
    *calendars.urlpatterns,
    *priorities.urlpatterns,
    *changes.urlpatterns,
    *replay.urlpatterns,
]
