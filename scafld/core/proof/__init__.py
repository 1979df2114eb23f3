"""What can be shown to others: a receipt, whom it is signed by, and what it takes to believe it.

    from scafld.adapters.signing.host_key import holds
    from scafld.adapters.signing.ssh_signature import signer_of
    from scafld.core.policy import Proof
    from scafld.core.proof.demands import shortfalls
    from scafld.core.proof.signers.trust import read_trusted_keys
    from scafld.core.proof.witnessing import open_receipt

    trusted = read_trusted_keys(keys)                                   # bytes of .scafld/trusted-keys.json
    receipt, seen = open_receipt(content, trusted, holds, signer_of)    # bytes of .scafld/receipts/<task-id>.dsse.json
    shortfalls(receipt, Proof(), seen)                            # () when it shows all that is asked

`docs/receipt.md` has the formats.
"""
