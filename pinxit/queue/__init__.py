"""What runs the queue: the broker, the workers, the tick and the delivery of results."""
