"""Foreign keys point down the layers, as imports do."""

import configparser

from django.apps import apps
from django.conf import settings


def levels():
    """The rooms of `.importlinter`, from 0 at the top; rooms on one line are independent."""
    parser = configparser.ConfigParser()
    parser.read(settings.ROOT / ".importlinter")
    lines = parser["importlinter:contract:layers"]["layers"].split("\n")
    names = [[name.strip(" ()") for name in line.split("|")] for line in lines if line.strip()]
    return {name: level for level, line in enumerate(names) for name in line}


def room(model):
    return model.__module__.removeprefix("palier.").split(".")[0]


def foreign_keys():
    ours = [model for model in apps.get_models() if model.__module__.startswith("palier.")]
    return [
        (model, field, field.related_model)
        for model in ours
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
    ]


def test_there_are_foreign_keys_to_look_at():
    assert len(foreign_keys()) > 10


def test_no_foreign_key_points_up_or_sideways():
    level = levels()
    wrong = [
        f"{model.__name__}.{field.name} -> {other.__name__}"
        for model, field, other in foreign_keys()
        if other.__module__.startswith("palier.")
        and room(model) != room(other)
        and level[room(model)] >= level[room(other)]
    ]
    assert wrong == []
