"""Things that stand before the camera."""
