"""The company card: clients and their contacts, made and changed."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import Client, Membership, User
from tests.contracts.conftest import signed_in
from tests.factories import ClientFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db
COMPANY = {"name": "Old Mill Ltd", "language": "es", "time_zone": "Europe/Madrid", "is_active": "on"}
PERSON = {"email": "ann@oldmill.example", "full_name": "Ann Gil", "role": "contact", "is_active": "on"}


def test_an_administrator_makes_a_client(desk):
    sent = COMPANY | {"account_manager": str(desk.grace.pk)}
    answer = signed_in(desk.admin).post(reverse("clients:client-new"), sent)
    made = Client.objects.get(name="Old Mill Ltd")
    assert answer["Location"] == reverse("clients:client", args=[made.pk])
    assert (made.language, made.time_zone, made.account_manager) == ("es", "Europe/Madrid", desk.grace)


def test_an_account_manager_changes_their_client_but_not_whose_it_is(desk):
    sent = COMPANY | {"account_manager": str(desk.other.pk)}
    signed_in(desk.grace).post(reverse("clients:client-edit", args=[desk.mill.pk]), sent)
    desk.mill.refresh_from_db()
    assert (desk.mill.name, desk.mill.account_manager) == ("Old Mill Ltd", desk.grace)


def test_a_name_that_is_taken_is_refused_and_stays_typed(desk):
    sent = COMPANY | {"name": desk.port.name}
    answer = signed_in(desk.grace).post(reverse("clients:client-edit", args=[desk.mill.pk]), sent)
    assert answer.status_code == 422
    assert 'value="Port House"' in answer.content.decode()
    assert Client.objects.filter(name="Old Mill").exists()


def test_others_find_neither_form(desk):
    for person in (desk.other, agent_of()):
        browser = signed_in(person)
        assert browser.get(reverse("clients:client-new")).status_code == 404
        assert browser.get(reverse("clients:client-edit", args=[desk.mill.pk])).status_code == 404
        assert browser.post(reverse("clients:contact-new", args=[desk.mill.pk]), PERSON).status_code == 404
    assert not User.objects.filter(email=PERSON["email"]).exists()


def test_an_invited_contact_chooses_a_password_from_the_mail(desk, mailoutbox):
    address = reverse("clients:contact-new", args=[desk.mill.pk])
    signed_in(desk.grace).post(address, PERSON | {"is_invited": "on"})
    mail = mailoutbox[0]
    assert mail.to == ["ann@oldmill.example"]
    assert "Grace Holm has created an account for you" in mail.body
    link = re.search(r"https?://[^/]+(/\S*password-reset/\S+)", mail.body)
    assert link
    browser = Browser()
    form = browser.get(link[1], follow=True)
    chosen = {"new_password1": "a-quiet-harbour-7", "new_password2": "a-quiet-harbour-7"}
    browser.post(form.redirect_chain[-1][0], chosen)
    assert User.objects.get(email="ann@oldmill.example").check_password("a-quiet-harbour-7")


def test_invitations_have_a_limit_for_each_person_whoever_invites(desk, mailoutbox):
    address = reverse("clients:contact-new", args=[desk.mill.pk])
    signed_in(desk.grace).post(address, PERSON | {"is_invited": "on"})
    ann = User.objects.get(email=PERSON["email"])
    member = ann.memberships.get()
    again = reverse("clients:contact", args=[desk.mill.pk, member.pk])
    for browser in [signed_in(desk.grace) for _ in range(7)]:
        page = browser.post(again, PERSON | {"is_invited": "on"}, follow=True)
    assert len(mailoutbox) == 2
    assert "no further invitation" in page.content.decode()


def test_somebody_known_joins_a_second_company_and_keeps_their_name(desk):
    known = contact_of(desk.port, full_name="Ann Gil of Port House")
    sent = PERSON | {"email": known.email.upper()}
    signed_in(desk.grace).post(reverse("clients:contact-new", args=[desk.mill.pk]), sent)
    known.refresh_from_db()
    assert set(known.memberships.values_list("client", flat=True)) == {desk.mill.pk, desk.port.pk}
    assert known.full_name == "Ann Gil of Port House"


@pytest.mark.parametrize("who", ["staff", "member", "nobody"])
def test_an_address_that_cannot_be_a_new_contact_is_refused_with_a_sentence(desk, who):
    address = {"staff": desk.other.email, "member": contact_of(desk.mill).email, "nobody": "no address"}[who]
    before = Membership.objects.count()
    answer = signed_in(desk.grace).post(
        reverse("clients:contact-new", args=[desk.mill.pk]), PERSON | {"email": address}
    )
    assert answer.status_code == 422
    assert Membership.objects.count() == before


def test_a_contact_becomes_manager_and_leaves(desk):
    person = contact_of(desk.mill)
    member = Membership.objects.get(user=person)
    address = reverse("clients:contact", args=[desk.mill.pk, member.pk])
    browser = signed_in(desk.grace)
    browser.post(address, {"full_name": "Ann Gil", "role": "manager", "is_active": "on", "phone": "+34 600"})
    member.refresh_from_db()
    assert (member.role, member.user.full_name, member.user.phone) == ("manager", "Ann Gil", "+34 600")
    browser.post(address, {"full_name": "Ann Gil", "role": "manager"})
    member.refresh_from_db()
    assert not member.is_active


def test_a_contact_of_another_client_is_not_found_here(desk):
    contact_of(desk.port)
    member = Membership.objects.get(client=desk.port)
    address = reverse("clients:contact", args=[desk.mill.pk, member.pk])
    assert signed_in(desk.grace).get(address).status_code == 404


def test_a_former_client_is_listed_apart(desk):
    ClientFactory(name="Gone Ltd", is_active=False)
    browser = signed_in(desk.admin)
    assert "Gone Ltd" not in browser.get(reverse("clients:clients")).content.decode()
    assert "Gone Ltd" in browser.get(reverse("clients:clients"), {"former": "on"}).content.decode()


def test_who_belongs_to_others_too_keeps_their_name_when_edited_here(desk):
    known = contact_of(desk.port, full_name="Ann Gil of Port House", phone="+34 100")
    browser = signed_in(desk.grace)
    browser.post(reverse("clients:contact-new", args=[desk.mill.pk]), PERSON | {"email": known.email})
    member = Membership.objects.get(user=known, client=desk.mill)
    address = reverse("clients:contact", args=[desk.mill.pk, member.pk])
    sent = {"full_name": "Mallory", "job_title": "x", "phone": "666", "role": "manager", "is_active": "on"}
    assert browser.post(address, sent).status_code == 302
    assert browser.post(address, {"role": "contact", "is_active": "on"}).status_code == 302
    known.refresh_from_db()
    member.refresh_from_db()
    assert (known.full_name, known.job_title, known.phone) == ("Ann Gil of Port House", "", "+34 100")
    assert member.role == "contact"
    assert "Only an administrator can change their name" in browser.get(address).content.decode()


def test_an_administrator_and_who_keeps_all_their_clients_change_the_name(desk):
    known = contact_of(desk.port)
    port = ClientFactory(name="Second Mill", account_manager=desk.grace)
    for client in (desk.mill, port):
        Membership.objects.create(client=client, user=known)
    member = Membership.objects.get(user=known, client=desk.mill)
    address = reverse("clients:contact", args=[desk.mill.pk, member.pk])
    sent = {"full_name": "Ann Gil", "role": "contact", "is_active": "on"}
    signed_in(desk.admin).post(address, sent)
    known.refresh_from_db()
    assert known.full_name == "Ann Gil"
    Membership.objects.filter(client=desk.port).delete()
    signed_in(desk.grace).post(address, sent | {"full_name": "Anna Gil"})
    known.refresh_from_db()
    assert known.full_name == "Anna Gil"


def test_somebody_of_the_desk_is_not_renamed_through_a_client(desk):
    joined = contact_of(desk.mill, full_name="Ann Gil")
    member = Membership.objects.get(user=joined)
    User.objects.filter(pk=joined.pk).update(is_agent=True)
    address = reverse("clients:contact", args=[desk.mill.pk, member.pk])
    signed_in(desk.grace).post(address, {"full_name": "Mallory", "role": "contact", "is_active": "on"})
    joined.refresh_from_db()
    assert joined.full_name == "Ann Gil"


def test_a_manager_who_left_stays_in_the_list_until_somebody_else_is_chosen(desk):
    User.objects.filter(pk=desk.grace.pk).update(is_active=False)
    browser, address = signed_in(desk.admin), reverse("clients:client-edit", args=[desk.mill.pk])
    page = browser.get(address)
    assert page.context["form"]["account_manager"].value() == desk.grace.pk
    browser.post(address, COMPANY | {"account_manager": str(desk.grace.pk)})
    desk.mill.refresh_from_db()
    assert desk.mill.account_manager == desk.grace
