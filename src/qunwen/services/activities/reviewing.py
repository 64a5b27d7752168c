"""What of activities is reviewed, by whom, in which steps (a county may ask for fewer or more)."""
