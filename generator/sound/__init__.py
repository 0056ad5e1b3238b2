"""What it sounds like: impacts, ambience, music and voices, mixed for the cameras."""
