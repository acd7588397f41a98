"""What the labels are worth: adjudication, blind comparisons, verdicts, scores of models, agreement."""

from fastapi import FastAPI

from ui.pages.counted import Counted
from ui.pages.quality.adjudicate import add_adjudicate
from ui.pages.quality.agreement import add_agreement
from ui.pages.quality.compare import add_compare
from ui.pages.quality.models import add_models
from ui.pages.quality.results import add_results
from ui.pages.quality.verdicts import add_verdicts
from ui.services import Services


def add_quality_pages(app: FastAPI, services: Services) -> None:
    counted = Counted(services)
    add_adjudicate(services, counted)
    add_compare(app, services)
    add_results(services)
    add_verdicts(services, counted)
    add_models(services, counted)
    add_agreement(services, counted)
