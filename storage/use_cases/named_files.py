"""Which files of the stores are somebody's: what a cancelled or broken-off import has left is nobody's."""

from sqlmodel import Session, select

from storage.tables import Audit, CadModel, Image


def photo_digests(session: Session) -> set[str]:
    """Of all photos, those that were taken down too."""
    return set(session.exec(select(Image.sha256)))


def mesh_digests(session: Session) -> set[str]:
    """Of all CAD models, withdrawn ones too, and of those whose file was replaced: somebody may look at one still."""
    replaced = session.exec(select(Audit.detail).where(Audit.action == "replace_cad_model"))
    return set(session.exec(select(CadModel.sha256))) | {str(detail.get("before")) for detail in replaced}
