from django.urls import path

from servicedesk.desk.views import (
    clock,
    estimates,
    links,
    merging,
    processes,
    secrets,
    splitting,
    steps,
    talk,
    ticket,
    time,
    timer,
)
from servicedesk.desk.views.ticket import with_page

urlpatterns = [
    path("tickets/<int:pk>/", ticket.page, name="ticket"),
    path("processes/<slug:kind>.bpmn", processes.file, name="process-file"),
    path("tickets/<int:pk>/clock/<str:kind>/", clock.page, name="ticket-clock"),
    path("tickets/<int:pk>/clock/<str:kind>.pdf", clock.paper, name="ticket-clock-pdf"),
    path("tickets/<int:pk>/steps/<str:action>/", with_page(steps.step), name="ticket-step"),
    # Three forms, three addresses: no field decides who will read the words.
    path("tickets/<int:pk>/reply/", with_page(talk.reply), name="ticket-reply"),
    path("tickets/<int:pk>/note/", with_page(talk.note), name="ticket-note"),
    path("tickets/<int:pk>/personal/", with_page(talk.personal), name="ticket-personal"),
    path("tickets/<int:pk>/time/", with_page(time.log), name="ticket-time"),
    path("tickets/<int:pk>/time/charge/", time.charge, name="ticket-time-charge"),
    path("tickets/<int:pk>/timer/start/", with_page(timer.start), name="ticket-timer"),
    path("tickets/<int:pk>/estimate/", with_page(estimates.offer), name="ticket-estimate"),
    path("tickets/<int:pk>/secrets/<int:secret>/", with_page(secrets.reveal), name="ticket-secret"),
    path("tickets/<int:pk>/links/", with_page(links.add), name="ticket-links"),
    path("tickets/<int:pk>/links/choice/", links.choice, name="ticket-choice"),
    path("tickets/<int:pk>/links/<int:link>/removal/", links.remove, name="ticket-link-removal"),
    path("tickets/<int:pk>/merge/", merging.merge, name="ticket-merge"),
    path("tickets/<int:pk>/merge/undo/", merging.unmerge, name="ticket-unmerge"),
    path("tickets/<int:pk>/messages/<int:message>/split/", splitting.split, name="ticket-split"),
]
