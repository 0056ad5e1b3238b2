"""What is this file, and may it be shown? Free, public, and asked of Postgres every time."""

from rightsd.looking import LIMITS, Look
from rightsd.workflows.verifications.fetching import fetch
from rightsd.workflows.verifications.judging import Layers, Shown, Verification, verify
from rightsd.workflows.verifications.receipts import receipt
from rightsd.workflows.verifications.telling import tell

__all__ = [
    "LIMITS",
    "Layers",
    "Look",
    "Shown",
    "Verification",
    "fetch",
    "receipt",
    "tell",
    "verify",
]
