"""Reading a prompt, in English or Japanese, into a storyboard that accounts for every word."""
