"""Modules that a config names: model families, style metrics, latent paths, data sources.

Each registry is a package with one protocol, which its docstring gives; an entry is a module of it,
found by its name. The module says what it is and which settings it has:

- ``DESCRIPTION``: one sentence,
- ``SETTINGS``: name of each setting to its JSON schema: description, type, range, default.

The schema of the config and its page of keys are made from these (``make docs``), so that nothing
is said twice. A module is imported when it is asked for: a job reaches the source of its own alone.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from stylewalk.errors import StylewalkError

Settings = Mapping[str, Mapping[str, Any]]


def names(package: str) -> list[str]:
    """Names of a registry's entries, without importing them.

    A package says in ``PARTS`` which of its modules are none.
    """
    module = importlib.import_module(package)
    parts = getattr(module, "PARTS", ())
    modules = (entry.name for entry in pkgutil.iter_modules(module.__path__))
    return sorted(name for name in modules if name not in parts)


def load(package: str, name: object, what: str) -> ModuleType:
    """The module of an entry.

    Args:
        package: of the registry, such as ``stylewalk.models``.
        name: of the entry.
        what: what the entry is, in words, such as ``family of models``.

    Raises:
        StylewalkError: there is none of this name.
    """
    known = names(package)
    if name not in known:
        raise StylewalkError(
            f"The {what} '{name}' is not known; known: {', '.join(known)}. A new one is a module "
            f"of its name in {package.replace('.', '/')}/."
        )
    return importlib.import_module(f"{package}.{name}")


def complete(settings: Settings, given: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Settings with the defaults of those that are not given.

    Args:
        settings: the entry's ``SETTINGS``.
        given: settings by name.
        what: the entry in words, such as ``family 'triplet'``.

    Raises:
        StylewalkError: one is not known, or has no default and is not given.
    """
    unknown = [key for key in given if key not in settings]
    if unknown:
        known = ", ".join(settings) or "none"
        raise StylewalkError(f"The {what} has no setting {', '.join(unknown)}; it has {known}.")
    defaults = {key: rule["default"] for key, rule in settings.items() if "default" in rule}
    missing = [key for key in settings if key not in given and key not in defaults]
    if missing:
        raise StylewalkError(f"The {what} needs the setting {', '.join(missing)}.")
    return {key: given.get(key, defaults.get(key)) for key in settings}
