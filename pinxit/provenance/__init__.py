"""What a picture file says of itself: marks that are written into it, and reading them back."""
