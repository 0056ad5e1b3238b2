"""What rights holders' own sites and files say about machine use: one parser per standard.

Each takes bounded bytes or text from a stranger, in linear time, and raises SignalError alone.
"""
