"""An inaudible mark in the sound: it names an output and outlives compression and a new speed."""
