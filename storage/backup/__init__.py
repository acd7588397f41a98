"""Backups: one archive with everything that cannot be made again, written while people work, checked, restored.

The archive is a zip laid out like a home: `posewright.sqlite3`, `images/…`, `cad/…`, perhaps `secret`, and
`manifest.json`, which names every file with its digest. What can be made again (caches, thumbnails) and what is
under way (uploads, the queue) stays out.
"""
