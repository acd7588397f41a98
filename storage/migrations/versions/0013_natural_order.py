"""Names of people and tasks sort as people count: their keys"""

import sqlalchemy as sa
from alembic import op

from domain.natural_order import natural_key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("user", "task")


def upgrade() -> None:
    for name in TABLES:
        op.add_column(name, sa.Column("sort_key", sa.String(512), server_default="", nullable=False))
        rows = sa.table(name, sa.column("id"), sa.column("name"), sa.column("sort_key"))
        if op.get_context().as_sql:  # a script knows no rows: plain order, until a name is changed
            op.execute(sa.update(rows).values(sort_key=sa.func.lower(rows.c.name)))
            continue
        connection = op.get_bind()
        keys = [
            {"at": id_, "key": natural_key(text)}
            for id_, text in connection.execute(sa.select(rows.c.id, rows.c.name))
        ]
        if keys:
            here = sa.update(rows).where(rows.c.id == sa.bindparam("at")).values(sort_key=sa.bindparam("key"))
            connection.execute(here, keys)


def downgrade() -> None:
    for name in TABLES:
        op.drop_column(name, "sort_key")
