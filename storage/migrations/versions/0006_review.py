"""Reviews, remarks, proposals"""

import sqlalchemy as sa
from alembic import op

from storage.types import FLOAT64

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ready_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 9", name=op.f("ck_ready_remark_a_key")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_ready_remark_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_remark")),
        sa.UniqueConstraint("category_id", "position", name=op.f("uq_ready_remark_category_id_position")),
    )
    op.create_table(
        "proposal",
        sa.Column("azimuth", FLOAT64, nullable=False),
        sa.Column("elevation", FLOAT64, nullable=False),
        sa.Column("theta", FLOAT64, nullable=False),
        sa.Column("distance", FLOAT64, nullable=False),
        sa.Column("px", FLOAT64, nullable=False),
        sa.Column("py", FLOAT64, nullable=False),
        sa.Column("viewport", FLOAT64, nullable=False),
        sa.Column("cad_index", sa.Integer(), nullable=False),
        sa.Column(
            "object_status",
            sa.Enum(
                "status_good",
                "status_partially",
                "status_barely",
                "status_bad",
                name="object_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "dense",
            sa.Enum("dense_no", "dense_yes", name="dense", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "taken",
                "declined",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_proposal_closed_unless_open")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_proposal_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_proposal_author_id_user")),
        sa.ForeignKeyConstraint(["closed_by"], ["user.id"], name=op.f("fk_proposal_closed_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_proposal_proposal_id")),
    )
    op.create_index(op.f("ix_proposal_assignment_id"), "proposal", ["assignment_id"])
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("u", FLOAT64, nullable=True),
        sa.Column("v", FLOAT64, nullable=True),
        sa.Column("x", FLOAT64, nullable=True),
        sa.Column("y", FLOAT64, nullable=True),
        sa.Column("z", FLOAT64, nullable=True),
        sa.Column("cad_index", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name=op.f("ck_remark_resolved_whole")),
        sa.CheckConstraint("(u IS NULL) = (v IS NULL)", name=op.f("ck_remark_photo_pin_whole")),
        sa.CheckConstraint(
            "(x IS NULL) = (y IS NULL) AND (x IS NULL) = (z IS NULL) AND (x IS NULL) = (cad_index IS NULL)",
            name=op.f("ck_remark_mesh_pin_whole"),
        ),
        sa.CheckConstraint("u IS NULL OR x IS NULL", name=op.f("ck_remark_one_pin")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_remark_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_remark_author_id_user")),
        sa.ForeignKeyConstraint(["resolved_by"], ["user.id"], name=op.f("fk_remark_resolved_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_assignment_id"), "remark", ["assignment_id"])
    op.create_table(
        "remark_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_remark_entry_author_id_user")),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_remark_entry_remark_id_remark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark_entry")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_remark_entry_entry_id")),
    )
    op.create_index(op.f("ix_remark_entry_remark_id"), "remark_entry", ["remark_id"])
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accepted", "changes_requested", name="decision", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_review_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk_review_reviewer_id_user")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_review_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_assignment_id"), "review", ["assignment_id"])
    op.create_table(
        "remark_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["remark_entry.id"], name=op.f("fk_remark_read_entry_id_remark_entry")),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_remark_read_remark_id_remark")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_remark_read_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark_read")),
        sa.UniqueConstraint("remark_id", "user_id", name=op.f("uq_remark_read_remark_id_user_id")),
    )


def downgrade() -> None:
    op.drop_table("remark_read")
    op.drop_table("review")
    op.drop_table("remark_entry")
    op.drop_table("remark")
    op.drop_table("proposal")
    op.drop_table("ready_remark")
