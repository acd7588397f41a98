"""Keeping: archived data sets, photos that were taken down, boxes that people correct"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dataset") as table:
        table.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("image") as table:
        table.add_column(sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("boxes_version", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("item") as table:
        table.add_column(sa.Column("box_corrected_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("item") as table:
        table.drop_column("box_corrected_at")
    with op.batch_alter_table("image") as table:
        table.drop_column("boxes_version")
        table.drop_column("taken_down_at")
    with op.batch_alter_table("dataset") as table:
        table.drop_column("archived_at")
