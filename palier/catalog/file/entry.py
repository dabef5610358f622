"""What every mapping of the file has in common."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A mapping of the file; a key it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
