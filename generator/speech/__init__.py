"""What is said: text to phones, phones in time, and a voice that says them."""
