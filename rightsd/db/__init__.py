"""Postgres: one module per noun, one statement per function."""
