"""Sealing secrets at rest: authenticated encryption with a key that can be changed.

`SEALING_KEYS` in the settings lists passphrases, the newest first. The first one seals; all of them open,
so a new key is put in front and `manage.py reseal_secrets` brings what is stored over to it. Without any
the key comes from `SECRET_KEY`.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"servicedesk.lib.sealing"


class SealBroken(RuntimeError):
    """No key of ours opens it: the keys were lost, or somebody changed what was stored."""


def seal(text: str) -> str:
    """Return the text encrypted, as ASCII; the same text never looks the same twice."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return the text again.

    Raises:
        SealBroken: none of the keys fits.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("sealed with a key that is not in SEALING_KEYS") from error


def reseal(sealed: str) -> str:
    """Return it sealed with the newest key.

    Raises:
        SealBroken: none of the keys fits.
    """
    try:
        return _box().rotate(sealed.encode()).decode("ascii")
    except InvalidToken as error:
        raise SealBroken("sealed with a key that is not in SEALING_KEYS") from error


def _box() -> MultiFernet:
    return _made(tuple(settings.SEALING_KEYS) or (settings.SECRET_KEY,))


@lru_cache(maxsize=4)
def _made(passphrases: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(one)) for one in passphrases])


def _key(passphrase: str) -> bytes:
    """A key of 32 bytes from words of any length (RFC 5869); the words must be hard to guess."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(passphrase.encode())
    return base64.urlsafe_b64encode(derived)
