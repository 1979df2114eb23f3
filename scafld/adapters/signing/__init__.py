"""Keys and signatures on this machine.

    from scafld.adapters.signing.host_key import HostKeys

    key = HostKeys(folder).current()        # made on first need; the folder is for its owner alone
    key.key_id, key.sign(envelope.message)

`cryptography` is loaded by the functions that need it, never by an import.
"""
