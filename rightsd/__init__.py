"""The rights daemon: a gate, marks, a takedown desk and a proof around a video generator."""
