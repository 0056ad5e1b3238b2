"""Generations: asking for them, making them, and withdrawing them."""
