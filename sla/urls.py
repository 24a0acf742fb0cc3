"""Setup of the agreements. The lists are the contents of one page each."""

from sla.setup.calendars import urls as calendars
from sla.setup.changes import urls as changes
from sla.setup.escalation import urls as escalation
from sla.setup.policies import urls as policies
from sla.setup.priorities import urls as priorities
from sla.setup.replay import urls as replay
from sla.setup.steps import urls as steps

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
