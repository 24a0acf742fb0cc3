from django.urls import path

from servicedesk.desk.views import time, timer, timesheet

urlpatterns = [
    path("timer/stop/", timer.stop, name="timer-stop"),
    path("time/", timesheet.week, name="timesheet"),
    path("time/hand-in/", timesheet.hand_in, name="timesheet-hand-in"),
    path("time/entries/<int:pk>/", time.change, name="time-entry"),
    path("time/entries/<int:pk>/charge/", time.charge_anew, name="time-entry-charge"),
    path("time/entries/<int:pk>/removal/", time.take_back, name="time-entry-removal"),
    path("time/entries/<int:pk>/take-back/", timesheet.take_back, name="timesheet-take-back"),
    path("time/weeks/<int:pk>/", timesheet.sheet, name="timesheet-one"),
    path("time/weeks/<int:pk>/decision/", timesheet.decide, name="timesheet-decide"),
]
