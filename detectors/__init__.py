"""What is in the bytes of a message: readers, detectors, and the sandboxed child that runs them."""
