"""Where a film plays: dressed sets as data, from a seed and how much its lamps are on."""
