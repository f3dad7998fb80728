"""From the bytes of an event stream to events and to the completion they make up, without I/O."""
