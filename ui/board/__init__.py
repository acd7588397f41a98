"""The board in the browser."""

from ui.board.element import BoardView as BoardView
