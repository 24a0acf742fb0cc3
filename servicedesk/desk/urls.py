"""The desk's pages."""

from django.urls import path

from servicedesk.desk.views import clock, new_ticket, outbox, queue, raw_mail, steps, talk, ticket, time

app_name = "desk"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("new/", new_ticket.new_ticket, name="new-ticket"),
    path("tickets/<int:pk>/", ticket.page, name="ticket"),
    path("tickets/<int:pk>/clock/<str:kind>/", clock.page, name="ticket-clock"),
    path("tickets/<int:pk>/clock/<str:kind>.pdf", clock.paper, name="ticket-clock-pdf"),
    path("tickets/<int:pk>/steps/<str:action>/", steps.step, name="ticket-step"),
    # Three forms, three addresses: no field decides who will read the words.
    path("tickets/<int:pk>/reply/", talk.reply, name="ticket-reply"),
    path("tickets/<int:pk>/note/", talk.note, name="ticket-note"),
    path("tickets/<int:pk>/personal/", talk.personal, name="ticket-personal"),
    path("tickets/<int:pk>/time/", time.log, name="ticket-time"),
    path("mail/out/", outbox.outbox, name="outbox"),
    path("mail/out/<int:pk>/", outbox.mail, name="outbox-mail"),
    path("mail/out/<int:pk>/again/", outbox.again, name="outbox-again"),
    path("mail/in/", raw_mail.raw_mails, name="raw-mail"),
    path("mail/in/<int:pk>/", raw_mail.raw_mail, name="raw-mail-one"),
    path("mail/in/<int:pk>/retry/", raw_mail.retry, name="raw-mail-retry"),
    path("mail/in/<int:pk>/contact/", raw_mail.take_in, name="raw-mail-take-in"),
]
