"""Work: which items, for how many and which people, from pools or by hand; and how it is moved without losing any."""
