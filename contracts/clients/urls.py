"""Clients and their contracts, for the desk."""

from django.urls import path

from contracts.clients.card import views as card_views
from contracts.clients.company import views as company_views
from contracts.clients.contacts import address_views
from contracts.clients.contacts import views as contact_views
from contracts.clients.contract import views as contract_views
from contracts.clients.list import views as list_views
from contracts.coverage import views as coverage_views
from contracts.coverage.intake_rule import views as intake_rule_views
from contracts.documents import views as document_views
from contracts.hours import views as hours_views
from contracts.hours.offers import views as offer_views
from contracts.hours.statement import views as statement_views
from contracts.profit import views as profit_views
from contracts.terms import views as terms_views
from contracts.terms.renewals import views as renewal_views
from contracts.time.rates import views as rate_views

app_name = "clients"

urlpatterns = [
    path("", list_views.clients, name="clients"),
    path("profit/", profit_views.profit, name="profit"),
    path("rule/", intake_rule_views.intake, name="rule"),
    path("renewals/", renewal_views.renewals, name="renewals"),
    path("new/", company_views.new, name="client-new"),
    path("<int:pk>/", card_views.client, name="client"),
    path("<int:pk>/coverage/", coverage_views.page, name="coverage"),
    path("<int:pk>/company/", company_views.edit, name="client-edit"),
    path("<int:pk>/contacts/new/", contact_views.new, name="contact-new"),
    path("<int:pk>/contacts/<int:member>/", contact_views.contact, name="contact"),
    path("<int:pk>/contacts/<int:member>/addresses/", address_views.add, name="address-add"),
    path("<int:pk>/contacts/<int:member>/addresses/<int:address>/", address_views.switch, name="address"),
    path(
        "<int:pk>/contacts/<int:member>/addresses/<int:address>/main/",
        address_views.main,
        name="address-main",
    ),
    path(
        "<int:pk>/contacts/<int:member>/addresses/<int:address>/remove/",
        address_views.remove,
        name="address-remove",
    ),
    path("<int:pk>/contracts/new/", terms_views.new, name="contract-new"),
    path("contracts/<int:pk>/", contract_views.contract, name="contract"),
    path("contracts/<int:pk>/terms/", terms_views.change, name="contract-terms"),
    path(
        "contracts/<int:pk>/versions/<int:version>/withdraw/", terms_views.withdraw, name="version-withdraw"
    ),
    path("contracts/<int:pk>/rates/", rate_views.rates, name="rates"),
    path("contracts/<int:pk>/statement/", statement_views.statement, name="statement"),
    path("contracts/<int:pk>/purchase/", hours_views.purchase, name="purchase"),
    path("contracts/<int:pk>/correction/", hours_views.correction, name="correction"),
    path("contracts/<int:pk>/offer/", offer_views.offer, name="offer"),
    path("contracts/<int:pk>/offer/<int:offer>/withdraw/", offer_views.withdraw, name="offer-withdraw"),
    path("contracts/<int:pk>/documents/", document_views.add, name="document-add"),
    path(
        "contracts/<int:pk>/documents/<int:document>/remove/", document_views.remove, name="document-remove"
    ),
    path("documents/<int:pk>/", document_views.document, name="document"),
]
