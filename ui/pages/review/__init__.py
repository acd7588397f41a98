"""The reviewer's pages: the queue of what waits to be judged, and the history of an item."""
