"""An invisible mark in the picture: it names an output and outlives re-encoding and cropping."""
