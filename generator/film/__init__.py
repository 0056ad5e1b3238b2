"""The signed-distance film: scenes said in Python, pictures made in C."""
