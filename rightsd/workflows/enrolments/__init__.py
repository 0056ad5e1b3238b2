"""Enrolling with a face and a voice: the sessions, and what is checked in them."""
