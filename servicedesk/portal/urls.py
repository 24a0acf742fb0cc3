"""The clients' pages."""

from django.urls import path

from servicedesk.portal.views import (
    answer,
    contract,
    estimates,
    home,
    new_request,
    offers,
    promise,
    request,
    requests,
    statement,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("new/", new_request.new_request, name="new-request"),
    path("new/outlook/", new_request.outlook, name="new-request-outlook"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:pk>/", request.page, name="request"),
    path("requests/<int:pk>/reply/", request.reply, name="request-reply"),
    path("requests/<int:pk>/solved/", request.solved, name="request-solved"),
    path("requests/<int:pk>/decision/", request.decision, name="request-decision"),
    path("requests/<int:pk>/estimate/<int:estimate>/", estimates.decide, name="request-estimate"),
    path("requests/<int:pk>/withdrawal/", request.withdraw, name="request-withdrawal"),
    path("contracts/", contract.contracts, name="contracts"),
    path("contracts/<int:contract>/", contract.contract, name="contract"),
    path("contracts/<int:contract>/hours/", offers.ask, name="ask-hours"),
    path("contracts/<int:contract>/hours/<int:offer>/", offers.answer, name="answer-offer"),
    path("requests/<int:pk>/promise/<str:kind>/", promise.page, name="request-promise"),
    path("requests/<int:pk>/promise/<str:kind>.pdf", promise.paper, name="request-promise-pdf"),
    path("contracts/<int:contract>/statement/", statement.page, name="statement"),
    path("contracts/<int:contract>/statement.pdf", statement.paper, name="statement-pdf"),
    path("contracts/<int:contract>/statement.xlsx", statement.workbook, name="statement-xlsx"),
    # From a mail, without signing in.
    path("answer/<str:token>/", answer.answer, name="answer"),
]
