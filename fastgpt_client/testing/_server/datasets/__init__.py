"""Knowledge bases of the embedded server: what it keeps, how it learns, what it finds, and how it tells of them."""
