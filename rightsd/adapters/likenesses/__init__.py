"""Finds and recognises faces and voices, with models that come inside Python packages."""
