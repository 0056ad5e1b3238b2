"""What is this file, and may it be shown? Free, public, and asked of Postgres every time."""

from rightsd.workflows.verifications.judging import Layers, Shown, Verification, verify
from rightsd.workflows.verifications.looking import LIMITS, Look

__all__ = ["LIMITS", "Layers", "Look", "Shown", "Verification", "verify"]
