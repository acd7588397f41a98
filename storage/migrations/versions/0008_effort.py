"""Effort: work counted as it is done; CAD models with a symmetry of their own"""

import sqlalchemy as sa
from alembic import op

from storage.types import FLOAT64

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTS = ("gestures", "items", "saves", "reviewed", "passed")
CHANGED = ("azimuth", "elevation", "theta", "distance", "px", "py", "cad_index", "object_status", "dense")


def upgrade() -> None:
    op.create_table(
        "effort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("active_seconds", FLOAT64, nullable=False),
        sa.Column("gestures", sa.Integer(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_effort_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_effort_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort")),
        sa.UniqueConstraint("assignment_id", "user_id", name=op.f("uq_effort_assignment_id_user_id")),
    )
    op.create_index(op.f("ix_effort_user_id_last_at"), "effort", ["user_id", "last_at"])
    op.create_table(
        "effort_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("active_seconds", FLOAT64, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        *(sa.Column(f"changed_{name}", sa.Integer(), nullable=False) for name in CHANGED),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_effort_day_user_id_user")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_effort_day_task_id_task")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_effort_day_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort_day")),
        sa.UniqueConstraint(
            "user_id", "task_id", "category_id", "day", name=op.f("uq_effort_day_user_id_task_id_category_id_day")
        ),
    )
    op.create_index(op.f("ix_effort_day_day"), "effort_day", ["day"])
    op.create_index(op.f("ix_effort_day_task_id"), "effort_day", ["task_id"])
    op.create_index(op.f("ix_effort_day_category_id"), "effort_day", ["category_id"])
    # Where there was work before, the counts are made from it once, by `storage.use_cases.effort.recount`.
    op.execute(
        "INSERT INTO meta (key, value) SELECT 'effort_uncounted', '1' "
        "WHERE EXISTS (SELECT 1 FROM op) OR EXISTS (SELECT 1 FROM revision WHERE kind = 'saved')"
    )
    with op.batch_alter_table("cad_model") as table:
        table.add_column(sa.Column("symmetry", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cad_model") as table:
        table.drop_column("symmetry")
    op.execute("DELETE FROM meta WHERE key = 'effort_uncounted'")
    op.drop_table("effort_day")
    op.drop_table("effort")
