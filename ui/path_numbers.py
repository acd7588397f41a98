"""Numbers in addresses: an id that no table could hold is an address that is not there."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class IdConvertor(IntegerConvertor):
    """`{…:int}` of up to 18 digits: the largest of them still fits the databases' whole numbers."""

    regex = "[0-9]{1,18}"


def bound_path_numbers() -> None:
    """Call it before routes are added: they keep the convertor that they find."""
    register_url_convertor("int", IdConvertor())
