"""Sign-in by e-mail address, and the pseudo permissions that process tasks are queued under."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.http import HttpRequest

from servicedesk.people.models import User


class EmailBackend(BaseBackend):
    """The only way in. Nobody has stored permissions; roles and `visible_to` decide."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **credentials: Any,
    ) -> User | None:
        address = (email or username or "").strip()
        if not address or password is None:
            return None
        # Lower on both sides: served by the unique index, and the same folding for both.
        user = User.objects.filter(Exact(Lower("email"), Lower(Value(address)))).first()
        if user is None:
            User().set_password(password)  # an unknown address takes as long as a wrong password
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user and user.is_active else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """`people.group_<pk>` for each group the person works in; it guards the steps of processes.

        Never about a single object. Group members change at once, no rows are kept.
        """
        if isinstance(user_obj, AnonymousUser) or not user_obj.is_active or obj is not None:
            return set()
        return {f"people.group_{pk}" for pk in user_obj.group_ids()}

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)
