"""The key of a form, for every template."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from servicedesk.once.sending import FIELD, new_key

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A hidden field that names this form on this page. Browsers that go back do not fill in an older one."""
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, new_key())
