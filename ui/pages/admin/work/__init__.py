"""The admin's rooms for work: the list of tasks, making new ones, and one task with its people and items."""

from ui.pages.admin.work.order_page import add_order_page
from ui.pages.admin.work.task_page import add_task_page
from ui.pages.admin.work.tasks_page import add_tasks_page
from ui.services import Services


def add_work_pages(services: Services) -> None:
    add_tasks_page(services)
    add_order_page(services)
    add_task_page(services)


__all__ = ["add_work_pages"]
