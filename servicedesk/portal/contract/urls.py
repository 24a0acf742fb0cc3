from django.urls import path

from servicedesk.portal.contract import offer_views, statement_views, views

urlpatterns = [
    path("contracts/", views.contracts, name="contracts"),
    path("contracts/<int:contract>/", views.contract, name="contract"),
    path("contracts/<int:contract>/hours/", offer_views.ask, name="ask-hours"),
    path("contracts/<int:contract>/hours/<int:offer>/", offer_views.answer, name="answer-offer"),
    path("contracts/<int:contract>/statement/", statement_views.page, name="statement"),
    path("contracts/<int:contract>/statement.pdf", statement_views.paper, name="statement-pdf"),
    path("contracts/<int:contract>/statement.xlsx", statement_views.workbook, name="statement-xlsx"),
]
