"""What it sounds like: impacts, ambience, a pad and a murmured voice, mixed for the cameras."""
