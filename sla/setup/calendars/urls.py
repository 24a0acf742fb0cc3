from django.urls import path

from sla.setup.calendars.views import calendars, days, draft, history, paste, publish, year

urlpatterns = [
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.new, name="calendar-new"),
    path("calendars/<int:pk>/", year.calendar, name="calendar"),
    path("calendars/<int:pk>/name/", calendars.rename, name="calendar-rename"),
    path("calendars/<int:pk>/copy/", calendars.copy, name="calendar-copy"),
    path("calendars/<int:pk>/archive/", calendars.archive, name="calendar-archive"),
    path("calendars/<int:pk>/closed.ics", history.closed_days, name="calendar-ics"),
    path("calendars/<int:pk>/edit/", draft.edit, name="calendar-edit"),
    path("calendars/<int:pk>/discard/", draft.discard, name="calendar-discard"),
    path("calendars/<int:pk>/put-back/", draft.put_back, name="calendar-put-back"),
    path("calendars/<int:pk>/week/", year.week, name="calendar-week"),
    path("calendars/<int:pk>/regions/", year.regions, name="calendar-regions"),
    path("calendars/<int:pk>/effect/", year.effect_sentence, name="calendar-effect"),
    path("calendars/<int:pk>/toggle/", days.toggle, name="calendar-toggle"),
    path("calendars/<int:pk>/day/", days.day, name="calendar-day"),
    path("calendars/<int:pk>/day/remove/", days.remove, name="calendar-day-remove"),
    path("calendars/<int:pk>/paste/", paste.paste, name="calendar-paste"),
    path("calendars/<int:pk>/publish/", publish.publish, name="calendar-publish"),
    path("calendars/<int:pk>/history/", history.history, name="calendar-history"),
    path("calendars/<int:pk>/versions/<int:number>/", history.version, name="calendar-version"),
]
