"""Tests before real work: taking one and seeing how it went; for the team, everybody's results."""

from fastapi import FastAPI

from ui.pages.qualify.exam_page import add_exam_page
from ui.pages.qualify.overview import add_qualify_overview
from ui.services import Services


def add_qualify(app: FastAPI, services: Services) -> None:
    add_qualify_overview(services)
    add_exam_page(app, services)


__all__ = ["add_qualify"]
