"""A whole copy of an installation: made, proved, put back."""
