"""What people have set for themselves: their keys, and that the practice item was seen"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("practice_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_preference_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preference")),
    )


def downgrade() -> None:
    op.drop_table("preference")
