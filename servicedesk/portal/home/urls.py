from django.urls import path

from servicedesk.portal.home import views

urlpatterns = [
    path("", views.home, name="home"),
]
