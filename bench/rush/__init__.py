"""Parts of the booking rush: see booking_rush.py beside this folder."""
