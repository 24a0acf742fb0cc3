from django.urls import path

from servicedesk.desk.time import entry_views, timer_views, timesheet_views

urlpatterns = [
    path("timer/stop/", timer_views.stop, name="timer-stop"),
    path("time/", timesheet_views.week, name="timesheet"),
    path("time/hand-in/", timesheet_views.hand_in, name="timesheet-hand-in"),
    path("time/entries/<int:pk>/", entry_views.change, name="time-entry"),
    path("time/entries/<int:pk>/charge/", entry_views.charge_anew, name="time-entry-charge"),
    path("time/entries/<int:pk>/removal/", entry_views.take_back, name="time-entry-removal"),
    path("time/entries/<int:pk>/take-back/", timesheet_views.take_back, name="timesheet-take-back"),
    path("time/weeks/<int:pk>/", timesheet_views.sheet, name="timesheet-one"),
    path("time/weeks/<int:pk>/decision/", timesheet_views.decide, name="timesheet-decide"),
]
