"""The part of a house in which keys lie, and what this host remembers of the ledgers it wrote."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scafld.adapters.local.custody import HostAuthority, HostCustody
    from scafld.adapters.local.house import House
    from scafld.adapters.local.keyring import Keyring
    from scafld.app.journal import Journal
    from scafld.app.keys import Keys
    from scafld.app.premises.accept import Accept


class Strongroom:
    """Each part is made when it is first needed: no key is looked for until something is to be signed."""

    def __init__(self, house: House) -> None:
        self._house = house

    def journal(self) -> Journal:
        """Where everything is put on record, signed and remembered as it has to be."""
        from scafld.adapters.local.custody import GlimpsedLedgers
        from scafld.app.journal import Journal

        house = self._house
        return Journal(
            ledgers=GlimpsedLedgers(house.ledgers, house.glimpses),
            custody=self.custody,
            authority=self.authority,
            specs=house.specs,
            receipts=house.receipts,
            now=house.now,
            actor=house.around.actor,
        )

    @cached_property
    def custody(self) -> HostCustody:
        from scafld.adapters.local.custody import HostCustody

        return HostCustody(self._house.root, self._house.around.environ, self._house.ledgers)

    @cached_property
    def authority(self) -> HostAuthority:
        from scafld.adapters.local.custody import HostAuthority

        return HostAuthority(self._keyring, lambda: self._house.ledgers)

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """See `Sign`."""
        return self.authority.sign(message)

    def keys(self) -> Keys:
        from scafld.app.keys import Keys

        ring = self._keyring()
        return Keys(trusted=ring.trusted, ring=ring, now=self._house.now)

    def accept(self) -> Accept:
        from scafld.app.premises.accept import Accept

        return Accept(journal=self._house.journal)

    # Private.

    def _keyring(self) -> Keyring:
        from scafld.adapters.local.keyring import Keyring

        return Keyring(self._house.root, self._house.around.environ)
