"""Whether somebody may see a photo or a CAD model, for the routes that send them.

An annotator sees the photos of their own items, and the CAD models of these items' categories: a guessed id gives
NotFound like one that does not exist.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.permissions import Action
from storage.acting import Acting, acting, may
from storage.ownership import belongs_to
from storage.tables import Assignment, CadModel, Image, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleImage:
    """`sha256` names the file in `ImageStore`."""

    id: int
    sha256: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleCad:
    """`sha256` and `suffix` name the file in `CadFiles`."""

    id: int
    sha256: str
    suffix: str
    readable: bool
    reason: str


def may_see_image(session: Session, *, actor: Acting, image_id: int) -> VisibleImage:
    """Raises NotAllowed for an account that is not active, NotFound for all else."""
    person = acting(session, actor)
    image = session.get(Image, image_id)
    owner_id = person.user_id if _has_item(session, person.user_id, Item.image_id == image_id) else None
    if image is None or image.id is None or not may(person, Action.SEE_IMAGE, owner_id=owner_id):
        raise NotFound(f"there is no image {image_id}")
    if image.taken_down_at is not None:
        raise NotFound(f"image {image_id} was taken down for good")
    return VisibleImage(
        id=image.id, sha256=image.sha256, media_type=image.media_type, width=image.width, height=image.height
    )


def may_see_cad(session: Session, *, actor: Acting, cad_id: int) -> VisibleCad:
    """Raises NotAllowed for an account that is not active, NotFound for all else."""
    person = acting(session, actor)
    cad = session.get(CadModel, cad_id)
    if cad is None or cad.id is None:
        raise NotFound(f"there is no CAD model {cad_id}")
    owner_id = person.user_id if _has_item(session, person.user_id, Item.category_id == cad.category_id) else None
    if not may(person, Action.SEE_IMAGE, owner_id=owner_id):
        raise NotFound(f"there is no CAD model {cad_id}")
    return VisibleCad(id=cad.id, sha256=cad.sha256, suffix=cad.suffix, readable=cad.readable, reason=cad.reason)


def _has_item(session: Session, user_id: int | None, which: bool) -> bool:
    """Whether the person has an assignment of such an item."""
    if user_id is None:
        return False
    statement = (
        select(Assignment.id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(belongs_to(user_id), which)
        .limit(1)
    )
    return session.exec(statement).first() is not None
