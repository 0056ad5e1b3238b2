"""What people can do.

A command takes `tx` and touches nothing but Postgres; a procedure takes `rt`, opens its own
transactions, talks to the outside, and may be run again from the start at any time.
"""
