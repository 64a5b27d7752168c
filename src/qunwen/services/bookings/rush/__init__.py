"""A rush: everybody takes a number at a light door; the numbers are decided in their order, many at once."""
