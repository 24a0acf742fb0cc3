from django.urls import path

from servicedesk.portal.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
