"""Rows as markup: what people type stays text."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ui.pages.admin.markup import Cell, row_markup


class Reader(HTMLParser):
    """Tags with their attributes, and all text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


async def work() -> None: ...


TEXT = st.text(alphabet=st.sampled_from("<>\"'&/=a; é"), max_size=30)


@given(TEXT, TEXT, TEXT)
def test_no_text_becomes_markup(text: str, hint: str, name: str) -> None:
    cells = [
        (text, ""),
        (Cell(text=text, hint=hint), "is-number"),
        (Cell(text=text, chip="is-good"), ""),
        (Cell(text=text, opens=work), ""),
    ]
    row = Reader(row_markup(cells, f"{name}!"))
    assert [tag for tag, _attributes in row.tags] == ["td", "td", "td", "span", "td", "button", "td", "button"]
    assert row.text == text * 4 + "⋯"
    assert row.tags[1][1].get("title", "") == hint
    assert row.tags[3][1] == {"class": "pw-chip is-good"}
    assert row.tags[5][1]["data-act"] == "3"
    assert row.tags[7][1]["aria-label"] == f"{name}!"
    assert not any(attribute.startswith("on") for _tag, attributes in row.tags for attribute in attributes)
