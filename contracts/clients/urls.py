"""Clients and their contracts, for the desk."""

from django.urls import path

from contracts.clients.views import (
    clients,
    company,
    contract,
    documents,
    hours,
    offers,
    profit,
    rates,
    renewals,
    rule,
)

app_name = "clients"

urlpatterns = [
    path("", clients.clients, name="clients"),
    path("profit/", profit.profit, name="profit"),
    path("rule/", rule.intake, name="rule"),
    path("renewals/", renewals.renewals, name="renewals"),
    path("new/", company.new, name="client-new"),
    path("<int:pk>/", clients.client, name="client"),
    path("<int:pk>/company/", company.edit, name="client-edit"),
    path("<int:pk>/contacts/new/", company.contact_new, name="contact-new"),
    path("<int:pk>/contacts/<int:member>/", company.contact, name="contact"),
    path("<int:pk>/contracts/new/", contract.new, name="contract-new"),
    path("contracts/<int:pk>/", contract.contract, name="contract"),
    path("contracts/<int:pk>/terms/", contract.terms, name="contract-terms"),
    path("contracts/<int:pk>/rates/", rates.rates, name="rates"),
    path("contracts/<int:pk>/purchase/", hours.purchase, name="purchase"),
    path("contracts/<int:pk>/correction/", hours.correction, name="correction"),
    path("contracts/<int:pk>/offer/", offers.offer, name="offer"),
    path("contracts/<int:pk>/offer/<int:offer>/withdraw/", offers.withdraw, name="offer-withdraw"),
    path("contracts/<int:pk>/documents/", documents.add, name="document-add"),
    path("contracts/<int:pk>/documents/<int:document>/remove/", documents.remove, name="document-remove"),
    path("documents/<int:pk>/", documents.document, name="document"),
]
