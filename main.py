"""Posewright: a team labels the 6D pose of objects in photos. `python main.py --help` says more."""

from ui.cli.app import app

if __name__ == "__main__":
    app()
