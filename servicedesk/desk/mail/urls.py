from django.urls import path

from servicedesk.desk.views import outbox, raw_mail

urlpatterns = [
    path("mail/out/", outbox.outbox, name="outbox"),
    path("mail/out/<int:pk>/", outbox.mail, name="outbox-mail"),
    path("mail/out/<int:pk>/again/", outbox.again, name="outbox-again"),
    path("mail/in/", raw_mail.raw_mails, name="raw-mail"),
    path("mail/in/<int:pk>/", raw_mail.raw_mail, name="raw-mail-one"),
    path("mail/in/<int:pk>/retry/", raw_mail.retry, name="raw-mail-retry"),
    path("mail/in/<int:pk>/review/", raw_mail.settle, name="raw-mail-review"),
    path("mail/in/<int:pk>/contact/", raw_mail.take_in, name="raw-mail-take-in"),
    path("mail/in/<int:pk>/address/", raw_mail.recognise, name="raw-mail-recognise"),
]
