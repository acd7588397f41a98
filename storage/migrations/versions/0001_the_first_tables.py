"""The first tables"""

import sqlalchemy as sa
from alembic import op

from storage.types import FLOAT64

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dataset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
        sa.UniqueConstraint("name", name=op.f("uq_dataset_name")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_sha256", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "pending", "failed", "succeeded", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index(op.f("ix_login_attempt_address_at"), "login_attempt", ["address", "at"])
    op.create_index(op.f("ix_login_attempt_at"), "login_attempt", ["at"])
    op.create_index(op.f("ix_login_attempt_name_sha256_at"), "login_attempt", ["name_sha256", "at"])
    op.create_table(
        "meta",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("object_type", sa.String(32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_object_type_object_id"), "outbox", ["object_type", "object_id"])
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("name_key", sa.String(128), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "annotator", "supervisor", "admin", name="role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(256), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("name_key", name=op.f("uq_user_name_key")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("object_type", sa.String(32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_audit_actor_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_actor_id"), "audit", ["actor_id"])
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_object_type_object_id"), "audit", ["object_type", "object_id"])
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_category_dataset_id_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("dataset_id", "name", name=op.f("uq_category_dataset_id_name")),
    )
    op.create_table(
        "image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.CheckConstraint("width >= 1 AND height >= 1", name=op.f("ck_image_has_pixels")),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_image_dataset_id_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
        sa.UniqueConstraint("dataset_id", "name", name=op.f("uq_image_dataset_id_name")),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(256), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_session_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_session_token_sha256")),
    )
    op.create_index(op.f("ix_login_session_user_id_ended_at"), "login_session", ["user_id", "ended_at"])
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "annotate", "qualify", "evaluate", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_task_dataset_id_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_dataset_id"), "task", ["dataset_id"])
    op.create_table(
        "cad_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("cad_index", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("suffix", sa.String(8), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lower", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("upper", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("faces", sa.Integer(), nullable=True),
        sa.CheckConstraint("cad_index >= 1", name=op.f("ck_cad_model_cad_index_from_1")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_cad_model_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cad_model")),
        sa.UniqueConstraint("category_id", "cad_index", name=op.f("uq_cad_model_category_id_cad_index")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("object_index", sa.Integer(), nullable=False),
        sa.Column("x1", FLOAT64, nullable=False),
        sa.Column("y1", FLOAT64, nullable=False),
        sa.Column("x2", FLOAT64, nullable=False),
        sa.Column("y2", FLOAT64, nullable=False),
        sa.Column("viewport", FLOAT64, nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("source_path", sa.String(1024), nullable=True),
        sa.CheckConstraint("object_index >= 0", name=op.f("ck_item_object_index_from_0")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_item_category_id_category")),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_item_image_id_image")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint(
            "image_id", "category_id", "object_index", name=op.f("uq_item_image_id_category_id_object_index")
        ),
    )
    op.create_index(op.f("ix_item_category_id"), "item", ["category_id"])
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "drafted",
                "saved",
                "sent_back",
                "accepted",
                "reopened",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "flag_kind",
            sa.Enum("skip", "help", name="flag_kind", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("flag_reason", sa.String(), nullable=False),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(flag_kind IS NULL) = (flagged_at IS NULL)", name=op.f("ck_assignment_flag_whole")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_assignment_version_from_0")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_assignment_item_id_item")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_assignment_task_id_task")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_assignment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("task_id", "item_id", "user_id", name=op.f("uq_assignment_task_id_item_id_user_id")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_assignment_task_id_position")),
    )
    op.create_index(op.f("ix_assignment_item_id"), "assignment", ["item_id"])
    op.create_index(op.f("ix_assignment_user_id_task_id"), "assignment", ["user_id", "task_id"])
    op.create_table(
        "gold",
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
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_gold_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold")),
        sa.UniqueConstraint("item_id", name=op.f("uq_gold_item_id")),
    )
    op.create_table(
        "imported_label",
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
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("original", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_imported_label_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_label")),
        sa.UniqueConstraint("item_id", name=op.f("uq_imported_label_item_id")),
    )
    op.create_table(
        "prediction",
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
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(128), nullable=False),
        sa.Column("score", FLOAT64, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_prediction_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
        sa.UniqueConstraint("item_id", "model_version", name=op.f("uq_prediction_item_id_model_version")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("committed", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_draft_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_draft_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_draft_assignment_id")),
    )
    op.create_table(
        "op",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.String(36), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "edit",
                "undo",
                "redo",
                "revert",
                "clear",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(36), nullable=True),
        sa.Column(
            "effect",
            sa.Enum("cleared", "restored", name="effect", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("undo_state", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_op_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_op_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_op")),
        sa.UniqueConstraint("assignment_id", "version", name=op.f("uq_op_assignment_id_version")),
        sa.UniqueConstraint("op_id", name=op.f("uq_op_op_id")),
    )
    op.create_index(op.f("ix_op_assignment_id_author_id_version"), "op", ["assignment_id", "author_id", "version"])
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "imported",
                "saved",
                "cleared",
                "restored",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("azimuth", FLOAT64, nullable=True),
        sa.Column("elevation", FLOAT64, nullable=True),
        sa.Column("theta", FLOAT64, nullable=True),
        sa.Column("distance", FLOAT64, nullable=True),
        sa.Column("px", FLOAT64, nullable=True),
        sa.Column("py", FLOAT64, nullable=True),
        sa.Column("viewport", FLOAT64, nullable=True),
        sa.Column("cad_index", sa.Integer(), nullable=True),
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
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("save_id", sa.String(36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'cleared') = (azimuth IS NULL)", name=op.f("ck_revision_answer_unless_cleared")),
        sa.CheckConstraint(
            "(kind = 'imported') = (author_id IS NULL)", name=op.f("ck_revision_author_unless_imported")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_revision_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_revision_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_revision_assignment_id_number")),
        sa.UniqueConstraint("save_id", name=op.f("uq_revision_save_id")),
    )
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_annotation_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_annotation_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_annotation_assignment_id")),
    )


def downgrade() -> None:
    op.drop_table("annotation")
    op.drop_table("revision")
    op.drop_table("op")
    op.drop_table("draft")
    op.drop_table("prediction")
    op.drop_table("imported_label")
    op.drop_table("gold")
    op.drop_table("assignment")
    op.drop_table("item")
    op.drop_table("cad_model")
    op.drop_table("task")
    op.drop_table("login_session")
    op.drop_table("image")
    op.drop_table("category")
    op.drop_table("audit")
    op.drop_table("user")
    op.drop_table("outbox")
    op.drop_table("meta")
    op.drop_table("login_attempt")
    op.drop_table("dataset")
