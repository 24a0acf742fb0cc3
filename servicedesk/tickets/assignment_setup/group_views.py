"""What each group says about its tickets where no rule speaks: its default assignee, and the first answer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from servicedesk.lib import keys
from servicedesk.lib.choices import with_stored
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Group, GroupMembership, User

Agents = defaultdict[int, list[User]]


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Group
        fields = ("default_assignee", "first_answer_assigns")

    def __init__(self, data: Any = None, *, group: Group, agents: Agents) -> None:
        super().__init__(data, instance=group, auto_id=f"group-{group.pk}-%s")
        field = self.fields["default_assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        members = User.objects.active().agents().filter(support_groups=group)
        field.queryset = with_stored(members, group.default_assignee_id)
        people = [(str(person.pk), str(person)) for person in agents[group.pk]]
        if group.default_assignee and group.default_assignee not in agents[group.pk]:
            people.append((str(group.default_assignee.pk), str(group.default_assignee)))
        field.choices = [("", gettext_lazy("Nobody")), *people]  # read once for all groups


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same into the same group")
def groups(request: UserRequest) -> HttpResponse:
    """POST stores one group, the one with the key `group`."""
    if request.method == "POST":
        return _store(request)
    return _page(request, None)


def _store(request: UserRequest) -> HttpResponse:
    group = get_object_or_404(Group, pk=keys.read(request.POST.get("group")) or 0)
    form = GroupForm(request.POST, group=group, agents=_agents())
    if not form.is_valid():
        return _page(request, form)
    form.save()
    messages.success(request, _("%(group)s: saved.") % {"group": form.instance})
    return redirect("assignment:groups")


def _page(request: UserRequest, sent: GroupForm | None) -> HttpResponse:
    agents = _agents()
    found = [
        GroupForm(group=group, agents=agents) for group in Group.objects.select_related("default_assignee")
    ]
    listed = [sent if sent and sent.instance.pk == form.instance.pk else form for form in found]
    return render(
        request, "tickets/assignment_setup/groups.html", {"forms": listed}, status=422 if sent else 200
    )


def _agents() -> Agents:
    """The agents of each group; one statement."""
    found: Agents = defaultdict(list)
    working = GroupMembership.objects.filter(user__is_active=True, user__is_agent=True)
    for membership in working.select_related("user").order_by("user__full_name"):
        found[membership.group_id].append(membership.user)
    return found
