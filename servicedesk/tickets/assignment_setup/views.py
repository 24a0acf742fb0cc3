"""The rules of assignment: their list, one of them, their order."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.lib import keys
from servicedesk.once.acting import acts_once, often, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from servicedesk.tickets.assignment_setup import rule_order, rule_wording
from servicedesk.tickets.assignment_setup.rule_form import RuleForm
from servicedesk.tickets.models import AssignmentRule

KEPT = "deleted_assignment_rule"


@require_safe
@for_administrators
def rules(request: UserRequest) -> HttpResponse:
    """`?deleted` offers to undo what this person deleted last."""
    kept = request.session.get(KEPT) if "deleted" in request.GET else None
    context = {"lines": rule_wording.lines(list(rule_order.used())), "kept": kept}
    return render(request, "tickets/assignment_setup/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def new(request: UserRequest) -> HttpResponse:
    """`?copy=` fills the form with what another rule says."""
    source = _source(request)
    if request.method == "POST":
        return _stored(request, RuleForm(request.POST, instance=source))
    return _page(request, RuleForm(instance=source))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same into the same rule")
def change(request: UserRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(rule_order.used(), pk=pk)
    if request.method == "POST":
        return _stored(request, RuleForm(request.POST, instance=rule))
    return _page(request, RuleForm(instance=rule))


@require_POST
@for_administrators
@often("a row is moved step by step")
@acts_once
def move(request: UserRequest, pk: int) -> HttpResponse:
    """One place up, or with `to=down` one down."""
    rule_order.move(pk, 1 if request.POST.get("to") == "down" else -1)
    return redirect("assignment:rules")


@require_POST
@for_administrators
@repeatable("it says the whole order")
def arrange(request: UserRequest) -> HttpResponse:
    """The whole order at once, as it was dragged: `rule` once for each."""
    given = request.POST.getlist("rule")
    rule_order.arrange(keys.read_all(given))
    return redirect("assignment:rules")


@require_POST
@for_administrators
@repeatable("it says on or off")
def switch(request: UserRequest, pk: int) -> HttpResponse:
    """On or off, as `is_active` says; a second press of a stale page changes nothing."""
    rule = get_object_or_404(AssignmentRule, pk=pk)
    rule.is_active = request.POST.get("is_active") == "on"
    rule.save(update_fields=["is_active"])
    sentence = _("“%(rule)s” is on.") if rule.is_active else _("“%(rule)s” is off.")
    messages.success(request, sentence % {"rule": rule})
    return redirect("assignment:rules")


@require_POST
@for_administrators
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int) -> HttpResponse:
    request.session[KEPT] = rule_order.remove(get_object_or_404(AssignmentRule, pk=pk))
    response = redirect("assignment:rules")
    response["Location"] += "?deleted"
    return response


@require_POST
@for_administrators
@acts_once
def restore(request: UserRequest) -> HttpResponse:
    """Undo the last deletion of this person."""
    kept = request.session.pop(KEPT, None)
    if kept is None:
        messages.warning(request, _("There is nothing to restore."))
        return redirect("assignment:rules")
    try:
        rule = rule_order.restore(kept)
    except ValidationError as error:
        messages.error(request, _("It cannot be restored: %(why)s") % {"why": " ".join(error.messages)})
    else:
        messages.success(request, _("“%(rule)s” is restored.") % {"rule": rule})
    return redirect("assignment:rules")


def _source(request: UserRequest) -> AssignmentRule:
    given = keys.read(request.GET.get("copy"))
    if given is None:
        return AssignmentRule()
    copied = get_object_or_404(AssignmentRule, pk=given)
    copied.pk, copied.last_assigned = None, None
    copied._state.adding = True
    copied.name = _("%(rule)s (copy)") % {"rule": copied.name}
    return copied


def _stored(request: UserRequest, form: RuleForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form)
    if form.instance.pk is None:
        form.instance.position = rule_order.next_position()
    rule = form.save()
    messages.success(request, _("“%(rule)s” is saved. It applies from the next ticket on.") % {"rule": rule})
    return redirect("assignment:rules")


def _page(request: UserRequest, form: RuleForm) -> HttpResponse:
    rule = AssignmentRule.objects.filter(pk=form.instance.pk or 0).first()
    context = {"form": form, "rule": rule}
    return render(request, "tickets/assignment_setup/rule.html", context, status=422 if form.errors else 200)
