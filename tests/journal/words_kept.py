"""Every entry that any test writes is looked at: its keys have names, its coded values are known ones."""

from __future__ import annotations

from django.apps import apps
from django.db.models.signals import post_init

from qunwen.base.journal import words


def _unspoken(entry):
    for state in (entry.before, entry.after):
        for key, value in state.items():
            word = words.find(entry.code, entry.subject_type, key)
            if word is None:
                yield f"{entry.code}：{key} 没有中文名称，请写进 {entry.code.partition('.')[0]}/journal_words.py"
                continue
            known = word.known()
            for one in value if isinstance(value, list) else [value]:
                if known and isinstance(one, str) and one and one not in known:
                    yield f"{entry.code}：{key}={one} 没有中文名称"


_seen: set[tuple[str, str, str, str]] = set()


def _look(sender, instance, **_more):
    """Entries are inserted without signals, so they are looked at when they are made (and, from memory, when read)."""
    if {"code", "subject_type", "before", "after"} & instance.get_deferred_fields():
        return
    shape = (instance.code, instance.subject_type, repr(instance.before), repr(instance.after))
    if shape in _seen:
        return
    _seen.add(shape)
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("qunwen.")}
    if instance.code.partition(".")[0] in labels:
        problems = list(_unspoken(instance))
        assert problems == [], problems


def watch():
    """From now on, for the whole test run."""
    from qunwen.base.journal.models import JournalEntry

    post_init.connect(_look, sender=JournalEntry, weak=False, dispatch_uid="journal-words-kept")
