from django.urls import path

from servicedesk.people.views import forgotten_password, logo, preferences, sign_in

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
    path("clients/<int:pk>/logo/", logo.logo, name="logo"),
]
