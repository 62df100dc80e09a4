"""Personal data under a key of each person's own, so that erasing a person is deleting a key.

Owns    sealing and opening, and the keys in memory.
Never   stores a key: new ones are handed to the append that first needs them.
Used by the codec and the conductor.

AES-256-GCM; the context (what the sealed member is) is authenticated with it, so that a sealed text cannot be
moved to another place.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Vault:
    """Every person's key."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = dict(keys)
        self._ciphers: dict[str, AESGCM] = {}
        self._fresh: dict[str, bytes] = {}

    def seal(self, person: str, plain: bytes, context: bytes) -> bytes:
        """Return `plain` readable only while `person` has a key; a first-timer gets one."""
        if person not in self._keys:
            self._fresh[person] = self._keys[person] = AESGCM.generate_key(256)
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher(person).encrypt(nonce, plain, context)

    def open(self, person: str, sealed: bytes, context: bytes) -> bytes | None:
        """Return what was sealed, or None once the person is erased (or the text was tampered with)."""
        if person not in self._keys:
            return None
        try:
            return self._cipher(person).decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
        except InvalidTag:
            return None

    def reset(self, keys: Mapping[str, bytes]) -> None:
        """Keep these keys only: what was made since is stored nowhere."""
        self._keys = dict(keys)
        self._ciphers.clear()
        self._fresh.clear()

    def learn(self, keys: Mapping[str, bytes]) -> None:
        """Take over keys that are stored already."""
        self._keys.update(keys)

    def take_fresh(self) -> dict[str, bytes]:
        """Return the keys made since the last call; they must be stored with the next append."""
        fresh, self._fresh = self._fresh, {}
        return fresh

    def forget(self, person: str) -> None:
        """Drop a person's key."""
        self._keys.pop(person, None)
        self._ciphers.pop(person, None)

    def people(self) -> list[str]:
        """Return everybody who has a key."""
        return list(self._keys)

    def _cipher(self, person: str) -> AESGCM:
        cipher = self._ciphers.get(person)
        if cipher is None:
            cipher = self._ciphers[person] = AESGCM(self._keys[person])
        return cipher
