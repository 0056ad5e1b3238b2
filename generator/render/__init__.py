"""What it looks like: a ray caster for spheres, round cones and boxes over baked sets."""
