"""What happens: balls, figures, speech and the cameras that watch them, as functions of time."""
