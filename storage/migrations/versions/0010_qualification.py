"""Tests before real work, what real work needs, hidden gold, and the flip guard's questions"""

import sqlalchemy as sa
from alembic import op

from storage.types import FLOAT64

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exam_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("correct", sa.Integer(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (passed IS NULL)", name=op.f("ck_exam_attempt_ended_whole")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_exam_attempt_task_id_task")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_exam_attempt_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_attempt")),
        sa.UniqueConstraint("task_id", "user_id", "number", name=op.f("uq_exam_attempt_task_id_user_id_number")),
    )
    op.create_index(op.f("ix_exam_attempt_user_id"), "exam_attempt", ["user_id"])
    op.create_table(
        "exam_rule",
        sa.Column("most_rotation", FLOAT64, nullable=False),
        sa.Column("most_centre", FLOAT64, nullable=False),
        sa.Column("most_distance", FLOAT64, nullable=False),
        sa.Column("same_model", sa.Boolean(), nullable=False),
        sa.Column("same_answers", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("feedback", _word("each", "end", name="feedback"), nullable=False),
        sa.CheckConstraint("attempts >= 1", name=op.f("ck_exam_rule_attempts_from_1")),
        sa.CheckConstraint(
            "items >= 1 AND needed >= 1 AND needed <= items", name=op.f("ck_exam_rule_needed_of_items")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_exam_rule_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_rule")),
        sa.UniqueConstraint("task_id", name=op.f("uq_exam_rule_task_id")),
    )
    op.create_table(
        "exam_standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excused_by", sa.Integer(), nullable=True),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["excused_by"], ["user.id"], name=op.f("fk_exam_standing_excused_by_user")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_exam_standing_task_id_task")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_exam_standing_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_standing")),
        sa.UniqueConstraint("user_id", "task_id", name=op.f("uq_exam_standing_user_id_task_id")),
    )
    op.create_index(op.f("ix_exam_standing_task_id"), "exam_standing", ["task_id"])
    op.create_table(
        "gold_rule",
        sa.Column("most_rotation", FLOAT64, nullable=False),
        sa.Column("most_centre", FLOAT64, nullable=False),
        sa.Column("most_distance", FLOAT64, nullable=False),
        sa.Column("same_model", sa.Boolean(), nullable=False),
        sa.Column("same_answers", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("feedback", _word("each", "end", name="feedback"), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("least_right", FLOAT64, nullable=False),
        sa.Column("consequence", _word("none", "warn", "pause", name="consequence"), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_gold_rule_last_from_1")),
        sa.CheckConstraint("least_right >= 0 AND least_right <= 1", name=op.f("ck_gold_rule_least_right_share")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_gold_rule_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_rule")),
        sa.UniqueConstraint("task_id", name=op.f("uq_gold_rule_task_id")),
    )
    op.create_table(
        "requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(task_id IS NULL) <> (dataset_id IS NULL)", name=op.f("ck_requirement_of_one_thing")),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_requirement_dataset_id_dataset")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_requirement_task_id_task")),
        sa.ForeignKeyConstraint(["test_id"], ["task.id"], name=op.f("fk_requirement_test_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint("dataset_id", name=op.f("uq_requirement_dataset_id")),
        sa.UniqueConstraint("task_id", name=op.f("uq_requirement_task_id")),
    )
    op.create_table(
        "exam_answer",
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("rotation", FLOAT64, nullable=True),
        sa.Column("centre", FLOAT64, nullable=True),
        sa.Column("distance", FLOAT64, nullable=True),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_exam_answer_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam_attempt.id"], name=op.f("fk_exam_answer_attempt_id_exam_attempt")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_exam_answer_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_answer")),
        sa.UniqueConstraint("attempt_id", "assignment_id", name=op.f("uq_exam_answer_attempt_id_assignment_id")),
    )
    op.create_index(op.f("ix_exam_answer_assignment_id"), "exam_answer", ["assignment_id"])
    op.create_table(
        "flip_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            _word("azimuth", "theta", "front_back", "upside_down", "near_symmetry", name="kind"),
            nullable=False,
        ),
        sa.Column("probability", FLOAT64, nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("azimuth", FLOAT64, nullable=False),
        sa.Column("elevation", FLOAT64, nullable=False),
        sa.Column("theta", FLOAT64, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", _word("kept", "swapped", name="choice"), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_flip_question_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_flip_question_revision_id_revision")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_flip_question_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flip_question")),
    )
    op.create_index(op.f("ix_flip_question_assignment_id"), "flip_question", ["assignment_id"])
    op.create_index(op.f("ix_flip_question_user_id"), "flip_question", ["user_id"])
    op.create_table(
        "gold_check",
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("rotation", FLOAT64, nullable=True),
        sa.Column("centre", FLOAT64, nullable=True),
        sa.Column("distance", FLOAT64, nullable=True),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_gold_check_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_gold_check_revision_id_revision")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_gold_check_task_id_task")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_gold_check_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_check")),
        sa.UniqueConstraint("assignment_id", "user_id", name=op.f("uq_gold_check_assignment_id_user_id")),
    )
    op.create_index(op.f("ix_gold_check_task_id_user_id_id"), "gold_check", ["task_id", "user_id", "id"])
    op.create_table(
        "gold_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("consequence", _word("none", "warn", "pause", name="consequence"), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_gold_alert_settled_whole")),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_gold_alert_settled_by_user")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_gold_alert_task_id_task")),
        sa.ForeignKeyConstraint(["up_to"], ["gold_check.id"], name=op.f("fk_gold_alert_up_to_gold_check")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_gold_alert_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_alert")),
    )
    op.create_index(op.f("ix_gold_alert_user_id_task_id"), "gold_alert", ["user_id", "task_id"])


def downgrade() -> None:
    op.drop_table("gold_alert")
    op.drop_table("gold_check")
    op.drop_table("flip_question")
    op.drop_table("exam_answer")
    op.drop_table("requirement")
    op.drop_table("gold_rule")
    op.drop_table("exam_standing")
    op.drop_table("exam_rule")
    op.drop_table("exam_attempt")


def _word(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
