"""The shape of every row that belongs to a customer.

Such a row carries `customer_id`, every query on it filters by it, and a foreign key between two such rows is
`(customer_id, id)`: the database refuses a row of one customer that points to another's.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from palier.events.keys import new_id


class OwnedRow(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(
        "people.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["customer", "id"], name="%(app_label)s_%(class)s_owned")
        ]


def inside_customer(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A foreign key to another row of the same customer; declare `InsideCustomer(field)` beside it."""
    options.setdefault("on_delete", models.PROTECT)
    options.setdefault("related_name", "+")
    return models.ForeignKey(model, db_constraint=False, **options)


class InsideCustomer(models.BaseConstraint):
    """FOREIGN KEY (customer_id, FIELD_id) REFERENCES the field's table (customer_id, id).

    `deferred` has it checked at the commit, for two rows that name each other.
    """

    def __init__(self, *, field: str, name: str, deferred: bool = False) -> None:
        super().__init__(name=name)
        self.field = field
        self.deferred = deferred

    def constraint_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        self.create_sql(model, schema_editor)

    def create_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        # Deferred to the end of the migration: the unique (customer_id, id) it leans on may come later in it.
        field = model._meta.get_field(self.field)
        target = field.related_model
        assert isinstance(field, models.ForeignKey) and target is not None and not isinstance(target, str)
        quote = schema_editor.quote_name
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (customer_id, {quote(field.column)}) "
            f"REFERENCES {quote(target._meta.db_table)} (customer_id, id)"
            + (" DEFERRABLE INITIALLY DEFERRED" if self.deferred else "")
        )

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None and schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database checks it; there is no form that could get it wrong."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field} | ({"deferred": True} if self.deferred else {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InsideCustomer) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]
