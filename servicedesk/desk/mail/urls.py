from django.urls import path

from servicedesk.desk.mail import outbox_views, received_views

urlpatterns = [
    path("mail/out/", outbox_views.outbox, name="outbox"),
    path("mail/out/<int:pk>/", outbox_views.mail, name="outbox-mail"),
    path("mail/out/<int:pk>/again/", outbox_views.again, name="outbox-again"),
    path("mail/in/", received_views.raw_mails, name="raw-mail"),
    path("mail/in/<int:pk>/", received_views.raw_mail, name="raw-mail-one"),
    path("mail/in/<int:pk>/retry/", received_views.retry, name="raw-mail-retry"),
    path("mail/in/<int:pk>/review/", received_views.settle, name="raw-mail-review"),
    path("mail/in/<int:pk>/contact/", received_views.take_in, name="raw-mail-take-in"),
    path("mail/in/<int:pk>/address/", received_views.recognise, name="raw-mail-recognise"),
]
