"""What the database itself refuses: rows that may not be edited, steps that a state table does not have."""

from collections.abc import Sequence

import pgtrigger

from palier.core.states import StateTable


def append_only(name: str) -> pgtrigger.Trigger:
    """Rows of this table are never edited or deleted."""
    return pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def never_deleted(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=f"{name}_never_deleted", operation=pgtrigger.Delete)


def frozen(name: str, fields: Sequence[str]) -> pgtrigger.Trigger:
    """These columns keep what they were first given; a null may be filled once."""
    changed = " OR ".join(
        f"(OLD.{field} IS NOT NULL AND NEW.{field} IS DISTINCT FROM OLD.{field})" for field in fields
    )
    return pgtrigger.Trigger(
        name=f"{name}_frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF {changed} THEN
                RAISE EXCEPTION 'a document that is issued is never edited (%)', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """,
    )


def only_steps_of(table: StateTable) -> pgtrigger.Trigger:
    """`state` begins and moves as the table says; anything else is refused, from raw SQL too."""
    first = ", ".join(f"'{state}'" for state in sorted(table.first))
    steps = ", ".join(f"('{before}', '{after}')" for before, after in table.pairs)
    return pgtrigger.Trigger(
        name=f"{table.thing}_steps",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.state NOT IN ({first}) THEN
                    RAISE EXCEPTION '{table.thing} cannot begin as %', NEW.state
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({steps}) THEN
                RAISE EXCEPTION '{table.thing} cannot go from % to %', OLD.state, NEW.state
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """,
    )


def numbered_at_commit(name: str) -> pgtrigger.Trigger:
    """A document without a number cannot be committed (the number is taken last, after the row)."""
    return pgtrigger.Trigger(
        name=f"{name}_numbered",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=f"""
            EXECUTE format('SELECT 1 FROM %I WHERE customer_id = $1 AND id = $2 AND number IS NULL', TG_TABLE_NAME)
                INTO unnumbered USING NEW.customer_id, NEW.id;
            IF unnumbered IS NOT NULL THEN
                RAISE EXCEPTION '{name} % has no number', NEW.id USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 -- the names are ours
        declare=[("unnumbered", "INTEGER")],
    )
