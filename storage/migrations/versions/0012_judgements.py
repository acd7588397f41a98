"""Adjudicated answers, blind comparisons, quality verdicts"""

import sqlalchemy as sa
from alembic import op

from storage.types import FLOAT64

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

POSE = ("azimuth", "elevation", "theta", "distance", "px", "py", "viewport")


def upgrade() -> None:
    op.create_table(
        "adjudication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("way", _words("way", "taken", "mean", "own", "withdrawn"), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        *(sa.Column(name, FLOAT64, nullable=True) for name in POSE),
        sa.Column("cad_index", sa.Integer(), nullable=True),
        sa.Column(
            "object_status",
            _words("object_status", "status_good", "status_partially", "status_barely", "status_bad"),
            nullable=True,
        ),
        sa.Column("dense", _words("dense", "dense_no", "dense_yes"), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("save_id", sa.String(36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(way = 'withdrawn') = (azimuth IS NULL)", name=op.f("ck_adjudication_answer_unless_withdrawn")
        ),
        _to("adjudication", "item_id", "item"),
        _to("adjudication", "revision_id", "revision"),
        _to("adjudication", "author_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudication")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_adjudication_item_id_number")),
        sa.UniqueConstraint("save_id", name=op.f("uq_adjudication_save_id")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(160), nullable=False),
        sa.Column("second", sa.String(160), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        _to("evaluation", "task_id", "task"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("task_id", name=op.f("uq_evaluation_task_id")),
    )
    op.create_table(
        "evaluation_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("second", sa.JSON(), nullable=False),
        _to("evaluation_pair", "task_id", "task"),
        _to("evaluation_pair", "item_id", "item"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_pair")),
        sa.UniqueConstraint("task_id", "item_id", name=op.f("uq_evaluation_pair_task_id_item_id")),
    )
    op.create_table(
        "evaluation_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("choice", _words("choice", "left", "right", "cant_tell"), nullable=False),
        sa.Column("first_left", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _to("evaluation_answer", "assignment_id", "assignment"),
        _to("evaluation_answer", "author_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_answer")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_evaluation_answer_assignment_id_number")),
    )
    op.create_table(
        "quality_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            _words("verdict", "good", "bad_cad_model", "more_cad_models", "bad_pose", "bad_image"),
            nullable=False,
        ),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("adjudication_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _to("quality_verdict", "item_id", "item"),
        _to("quality_verdict", "revision_id", "revision"),
        _to("quality_verdict", "adjudication_id", "adjudication"),
        _to("quality_verdict", "author_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_verdict")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_quality_verdict_item_id_number")),
    )


def downgrade() -> None:
    for table in ("quality_verdict", "evaluation_answer", "evaluation_pair", "evaluation", "adjudication"):
        op.drop_table(table)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
