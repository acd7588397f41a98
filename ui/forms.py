"""Reads small HTML forms; a body that is larger than any form of ours is refused before it is kept."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from domain.errors import InvalidInput

MAX_BYTES = 16 * 1024


async def read_form(request: Request) -> dict[str, str]:
    """The fields of an `application/x-www-form-urlencoded` body; the last of a name counts. Raises InvalidInput."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise InvalidInput(f"a form may have {MAX_BYTES} bytes")
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
    except ValueError as error:
        raise InvalidInput(f"not a form: {error}") from None
