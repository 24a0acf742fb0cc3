"""Addresses of sign-in, preferences and absences."""

from django.urls import path

from servicedesk.people.views import (
    absences,
    client_choices,
    forgotten_password,
    logo,
    my_absences,
    preferences,
    sign_in,
)

app_name = "people"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    # forgotten password
    path("password-reset/", forgotten_password.ask, name="password-reset"),
    path("password-reset/sent/", forgotten_password.sent, name="password-reset-sent"),
    path("password-reset/done/", forgotten_password.done, name="password-reset-done"),
    path("password-reset/<uidb64>/<token>/", forgotten_password.confirm, name="password-reset-confirm"),
    # one's own settings
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/password/", preferences.change_password, name="password"),
    path("preferences/theme/", preferences.theme, name="theme"),
    path("preferences/language/", preferences.language, name="language"),
    path("preferences/away/", my_absences.away, name="away"),
    path("preferences/away/<int:pk>/", my_absences.change, name="away-one"),
    path("preferences/away/<int:pk>/remove/", my_absences.remove, name="away-remove"),
    path("preferences/week/", my_absences.week, name="week"),
    # those of the people one looks after
    path("setup/absences/", absences.listed, name="absences"),
    path("setup/absences/new/", absences.new, name="absence-new"),
    path("setup/absences/weeks/", absences.weeks, name="absence-weeks"),
    path("setup/absences/weeks/<int:pk>/", absences.week, name="absence-week"),
    path("setup/absences/<int:pk>/", absences.change, name="absence"),
    path("setup/absences/<int:pk>/remove/", absences.remove, name="absence-remove"),
    path("choose/clients/", client_choices.client_choices, name="client-choices"),
    path("clients/<int:pk>/logo/", logo.logo, name="logo"),
]
