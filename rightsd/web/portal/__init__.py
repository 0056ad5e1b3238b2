"""Pages. They work without JavaScript."""
