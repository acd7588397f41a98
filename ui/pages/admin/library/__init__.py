"""The admin's rooms for the library: data sets with their categories, and one category: its rule, its CAD models."""

from ui.pages.admin.library.category_page import add_category_page
from ui.pages.admin.library.library_page import add_library_page
from ui.services import Services


def add_library_pages(services: Services) -> None:
    add_library_page(services)
    add_category_page(services)


__all__ = ["add_library_pages"]
