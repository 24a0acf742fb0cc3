"""Clients and their contracts, for the desk."""

from django.urls import path

from contracts.clients.views import (
    addresses,
    card,
    clients,
    company,
    contacts,
    contract,
    coverage,
    documents,
    hours,
    offers,
    profit,
    rates,
    renewals,
    rule,
    statement,
    terms,
)

app_name = "clients"

urlpatterns = [
    path("", clients.clients, name="clients"),
    path("profit/", profit.profit, name="profit"),
    path("rule/", rule.intake, name="rule"),
    path("renewals/", renewals.renewals, name="renewals"),
    path("new/", company.new, name="client-new"),
    path("<int:pk>/", card.client, name="client"),
    path("<int:pk>/coverage/", coverage.page, name="coverage"),
    path("<int:pk>/company/", company.edit, name="client-edit"),
    path("<int:pk>/contacts/new/", contacts.new, name="contact-new"),
    path("<int:pk>/contacts/<int:member>/", contacts.contact, name="contact"),
    path("<int:pk>/contacts/<int:member>/addresses/", addresses.add, name="address-add"),
    path("<int:pk>/contacts/<int:member>/addresses/<int:address>/", addresses.switch, name="address"),
    path("<int:pk>/contacts/<int:member>/addresses/<int:address>/main/", addresses.main, name="address-main"),
    path(
        "<int:pk>/contacts/<int:member>/addresses/<int:address>/remove/",
        addresses.remove,
        name="address-remove",
    ),
    path("<int:pk>/contracts/new/", terms.new, name="contract-new"),
    path("contracts/<int:pk>/", contract.contract, name="contract"),
    path("contracts/<int:pk>/terms/", terms.change, name="contract-terms"),
    path("contracts/<int:pk>/versions/<int:version>/withdraw/", terms.withdraw, name="version-withdraw"),
    path("contracts/<int:pk>/rates/", rates.rates, name="rates"),
    path("contracts/<int:pk>/statement/", statement.statement, name="statement"),
    path("contracts/<int:pk>/purchase/", hours.purchase, name="purchase"),
    path("contracts/<int:pk>/correction/", hours.correction, name="correction"),
    path("contracts/<int:pk>/offer/", offers.offer, name="offer"),
    path("contracts/<int:pk>/offer/<int:offer>/withdraw/", offers.withdraw, name="offer-withdraw"),
    path("contracts/<int:pk>/documents/", documents.add, name="document-add"),
    path("contracts/<int:pk>/documents/<int:document>/remove/", documents.remove, name="document-remove"),
    path("documents/<int:pk>/", documents.document, name="document"),
]
