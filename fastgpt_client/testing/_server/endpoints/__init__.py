"""The endpoints: one function each, from a `Call` to the data of the response."""
