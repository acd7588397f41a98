"""The audit log refuses changes; indexes for lists of thousands of people and for looking through the log"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSAL = "the audit log is append-only"


def upgrade() -> None:
    op.create_index(op.f("ix_login_session_user_id_last_seen_at"), "login_session", ["user_id", "last_seen_at"])
    op.create_index(op.f("ix_assignment_user_id_state"), "assignment", ["user_id", "state"])
    op.drop_index(op.f("ix_audit_actor_id"), "audit")
    op.create_index(op.f("ix_audit_actor_id_at"), "audit", ["actor_id", "at"])
    op.create_index(op.f("ix_audit_action_at"), "audit", ["action", "at"])
    if op.get_context().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # A REPLACE deletes without asking the trigger above (https://sqlite.org/lang_conflict.html).
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute("DROP TRIGGER audit_no_delete")
        op.execute("DROP TRIGGER audit_no_replace")
    else:
        op.execute("DROP TRIGGER audit_no_change ON audit")
        op.execute("DROP TRIGGER audit_no_truncate ON audit")
        op.execute("DROP FUNCTION audit_is_append_only()")
    op.drop_index(op.f("ix_audit_action_at"), "audit")
    op.drop_index(op.f("ix_audit_actor_id_at"), "audit")
    op.create_index(op.f("ix_audit_actor_id"), "audit", ["actor_id"])
    op.drop_index(op.f("ix_assignment_user_id_state"), "assignment")
    op.drop_index(op.f("ix_login_session_user_id_last_seen_at"), "login_session")
