"""Collaborators"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collaborator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_collaborator_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_collaborator_user_id_user")),
        sa.ForeignKeyConstraint(["added_by"], ["user.id"], name=op.f("fk_collaborator_added_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaborator")),
        sa.UniqueConstraint("user_id", "assignment_id", name=op.f("uq_collaborator_user_id_assignment_id")),
    )
    op.create_index(op.f("ix_collaborator_assignment_id"), "collaborator", ["assignment_id"])


def downgrade() -> None:
    op.drop_table("collaborator")
