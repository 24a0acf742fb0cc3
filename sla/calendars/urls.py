from django.urls import path

from sla.calendars.views import (
    calendar_list,
    draft,
    history,
    paste,
)
from sla.calendars.views import (
    exceptions as exception_views,
)
from sla.calendars.views import (
    year as year_views,
)

urlpatterns = [
    path("calendars/", calendar_list.calendars, name="calendars"),
    path("calendars/new/", calendar_list.new, name="calendar-new"),
    path("calendars/<int:pk>/", year_views.calendar, name="calendar"),
    path("calendars/<int:pk>/name/", calendar_list.rename, name="calendar-rename"),
    path("calendars/<int:pk>/copy/", calendar_list.copy, name="calendar-copy"),
    path("calendars/<int:pk>/archive/", calendar_list.archive, name="calendar-archive"),
    path("calendars/<int:pk>/closed.ics", history.closed_days, name="calendar-ics"),
    path("calendars/<int:pk>/edit/", draft.edit, name="calendar-edit"),
    path("calendars/<int:pk>/discard/", draft.discard, name="calendar-discard"),
    path("calendars/<int:pk>/put-back/", draft.put_back, name="calendar-put-back"),
    path("calendars/<int:pk>/week/", year_views.week, name="calendar-week"),
    path("calendars/<int:pk>/regions/", year_views.regions, name="calendar-regions"),
    path("calendars/<int:pk>/effect/", year_views.effect_sentence, name="calendar-effect"),
    path("calendars/<int:pk>/toggle/", exception_views.toggle, name="calendar-toggle"),
    path("calendars/<int:pk>/day/", exception_views.day, name="calendar-day"),
    path("calendars/<int:pk>/day/remove/", exception_views.remove, name="calendar-day-remove"),
    path("calendars/<int:pk>/paste/", paste.paste, name="calendar-paste"),
    path("calendars/<int:pk>/publish/", draft.publish, name="calendar-publish"),
    path("calendars/<int:pk>/history/", history.history, name="calendar-history"),
    path("calendars/<int:pk>/versions/<int:number>/", history.version, name="calendar-version"),
]
