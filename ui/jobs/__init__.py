"""Long work beside the web process: the queue, the process that works it off, and each kind of work.

Nothing here imports NiceGUI: the consumer starts in a second or two and holds no page.
"""
