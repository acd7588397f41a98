"""Sharing work: overlap, pools with reservations, work that was withdrawn or moved, CAD models offered no more"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = ("new", "drafted", "saved", "sent_back", "accepted", "reopened")


def _words(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=False, length=32)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("overlap", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("is_pool", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_check_constraint(op.f("ck_task_overlap_from_1"), "overlap >= 1")
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("withdrawn_from", _words(*STATES, "withdrawn", name="withdrawn_from"), nullable=True)
        )
        table.drop_constraint(op.f("ck_assignment_state"), type_="check")
        table.create_check_constraint(op.f("ck_assignment_state"), _one_of("state", (*STATES, "withdrawn")))
        table.create_check_constraint(
            op.f("ck_assignment_withdrawn_from"), _one_of("withdrawn_from", (*STATES, "withdrawn"))
        )
        table.create_check_constraint(
            op.f("ck_assignment_withdrawn_whole"), "(state = 'withdrawn') = (withdrawn_from IS NOT NULL)"
        )
        table.drop_index(op.f("ix_assignment_user_id_task_id"))
        table.create_index(op.f("ix_assignment_user_id_task_id_position"), ["user_id", "task_id", "position"])
    op.create_table(
        "former_holder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_former_holder_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_former_holder_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_holder")),
        sa.UniqueConstraint("user_id", "assignment_id", name=op.f("uq_former_holder_user_id_assignment_id")),
    )
    op.create_index(op.f("ix_former_holder_assignment_id"), "former_holder", ["assignment_id"])
    with op.batch_alter_table("cad_model") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Withdrawn work has no place in the tables of before: it gets back the state that it had."""
    op.execute("UPDATE assignment SET state = withdrawn_from, withdrawn_from = NULL WHERE state = 'withdrawn'")
    with op.batch_alter_table("cad_model") as table:
        table.drop_column("withdrawn_at")
    op.drop_table("former_holder")
    with op.batch_alter_table("assignment") as table:
        table.drop_index(op.f("ix_assignment_user_id_task_id_position"))
        table.create_index(op.f("ix_assignment_user_id_task_id"), ["user_id", "task_id"])
        table.drop_constraint(op.f("ck_assignment_withdrawn_whole"), type_="check")
        table.drop_constraint(op.f("ck_assignment_withdrawn_from"), type_="check")
        table.drop_constraint(op.f("ck_assignment_state"), type_="check")
        table.create_check_constraint(op.f("ck_assignment_state"), _one_of("state", STATES))
        table.drop_column("withdrawn_from")
        table.drop_column("drawn_at")
    with op.batch_alter_table("task") as table:
        table.drop_constraint(op.f("ck_task_overlap_from_1"), type_="check")
        table.drop_column("is_pool")
        table.drop_column("overlap")
