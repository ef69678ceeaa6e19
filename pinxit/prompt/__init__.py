"""What is done with the words of a prompt before anything is painted."""
