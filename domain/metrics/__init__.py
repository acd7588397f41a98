"""How far a pose is from the right one: rotation, placement, masks, projected surface, and their summaries."""
