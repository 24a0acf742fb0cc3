from django.urls import path

from servicedesk.desk.ticket import views
from servicedesk.desk.ticket.access_data import views as access_data
from servicedesk.desk.ticket.conversation import views as conversation
from servicedesk.desk.ticket.deadline import views as deadline
from servicedesk.desk.ticket.estimates import views as estimates
from servicedesk.desk.ticket.links import views as links
from servicedesk.desk.ticket.merging import views as merging
from servicedesk.desk.ticket.process import views as process
from servicedesk.desk.ticket.splitting import views as splitting
from servicedesk.desk.ticket.steps import views as steps
from servicedesk.desk.ticket.views import with_page
from servicedesk.desk.time import entry_views, timer_views

urlpatterns = [
    path("tickets/<int:pk>/", views.page, name="ticket"),
    path("processes/<slug:kind>.bpmn", process.file, name="process-file"),
    path("tickets/<int:pk>/clock/<str:kind>/", deadline.page, name="ticket-clock"),
    path("tickets/<int:pk>/clock/<str:kind>.pdf", deadline.paper, name="ticket-clock-pdf"),
    path("tickets/<int:pk>/steps/<str:action>/", with_page(steps.step), name="ticket-step"),
    path("tickets/<int:pk>/reassign/people/", steps.reassign_people, name="ticket-reassign-people"),
    # Three forms, three addresses: no field decides who will read the words.
    path("tickets/<int:pk>/reply/", with_page(conversation.reply), name="ticket-reply"),
    path("tickets/<int:pk>/note/", with_page(conversation.note), name="ticket-note"),
    path("tickets/<int:pk>/personal/", with_page(conversation.personal), name="ticket-personal"),
    path("tickets/<int:pk>/time/", with_page(entry_views.log), name="ticket-time"),
    path("tickets/<int:pk>/time/charge/", entry_views.charge, name="ticket-time-charge"),
    path("tickets/<int:pk>/timer/start/", with_page(timer_views.start), name="ticket-timer"),
    path("tickets/<int:pk>/estimate/", with_page(estimates.offer), name="ticket-estimate"),
    path("tickets/<int:pk>/secrets/<int:secret>/", with_page(access_data.reveal), name="ticket-secret"),
    path("tickets/<int:pk>/links/", with_page(links.add), name="ticket-links"),
    path("tickets/<int:pk>/links/choice/", links.choice, name="ticket-choice"),
    path("tickets/<int:pk>/links/<int:link>/removal/", links.remove, name="ticket-link-removal"),
    path("tickets/<int:pk>/merge/", merging.merge, name="ticket-merge"),
    path("tickets/<int:pk>/merge/undo/", merging.unmerge, name="ticket-unmerge"),
    path("tickets/<int:pk>/messages/<int:message>/split/", splitting.split, name="ticket-split"),
]
