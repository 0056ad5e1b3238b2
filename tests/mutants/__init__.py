"""Outputs, changed in every way that we could think of, and what may be said of each."""
