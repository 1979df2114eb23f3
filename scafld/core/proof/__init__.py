"""What can be shown to others: a receipt, whom it is signed by, and what it takes to believe it.

from scafld.core.proof.dsse import read_envelope
from scafld.core.proof.statement import read_receipt

envelope = read_envelope(content)           # bytes of .scafld/receipts/<task-id>.dsse.json
receipt = read_receipt(envelope.payload)    # once a trusted key has signed `envelope.message`
receipt.review.independence
"""
