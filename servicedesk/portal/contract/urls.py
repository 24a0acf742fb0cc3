from django.urls import path

from servicedesk.portal.views import contract, offers, statement

urlpatterns = [
    path("contracts/", contract.contracts, name="contracts"),
    path("contracts/<int:contract>/", contract.contract, name="contract"),
    path("contracts/<int:contract>/hours/", offers.ask, name="ask-hours"),
    path("contracts/<int:contract>/hours/<int:offer>/", offers.answer, name="answer-offer"),
    path("contracts/<int:contract>/statement/", statement.page, name="statement"),
    path("contracts/<int:contract>/statement.pdf", statement.paper, name="statement-pdf"),
    path("contracts/<int:contract>/statement.xlsx", statement.workbook, name="statement-xlsx"),
]
