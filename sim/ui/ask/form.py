"""A question as a visitor fills it in: what is given, what is refused, and the request it comes to."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from scenarios import list_scenarios
from sim.answers.handed import REQUEST
from sim.questions.sweep.study_file import read_study
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.parameters import parameter
from sim.scenario.reading import decode
from sim.scenario.settings import read_settings
from sim.studies.factors import value_text
from sim.ui.ask.fields import SCENARIO, fields_of
from sim.ui.ask.offered import OFFERED
from sim.ui.choice import FIRST, shipped
from sim.ui.forms.work import OPEN, subject_of, workers
from sim.ui.limits import SIZES, check_size, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.scenario.scenario import Scenario
    from sim.ui.ask.fields import AskField, Given
    from sim.ui.choice import Choice

OWN = "scenario.toml"
"""What a scenario that was brought along is called where it is asked about."""

MOST_ENTRIES = 12  # of a list
MOST_LETTERS = 400  # of what is typed, or of an entry
MOST_VALUES = 24  # values that are listed in an entry, such as 1,2,3

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\d+)?", re.IGNORECASE)
_EXPORT = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file a visitor sent: its name, which only messages use, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class AskForm:
    """What is asked, as typed.

    `given` is what the fields hold that were touched, by question and field; `uploads` are files that were sent, alike;
    `tried` are questions that were asked with something missing.
    """

    question: str
    scenario: str = OPEN
    given: Mapping[tuple[str, str], Given] = field(default_factory=dict)
    uploads: Mapping[tuple[str, str], Upload] = field(default_factory=dict)
    tried: frozenset[str] = frozenset()

    def holds(self, one: AskField) -> Given:
        """What a field holds."""
        return self.given.get((self.question, one.name), one.default)

    def with_given(self, name: str, given: Given) -> AskForm:
        """The same with something else in a field."""
        return replace(self, given={**self.given, (self.question, name): given})

    def upload(self, name: str) -> Upload | None:
        """The file of a field."""
        return self.uploads.get((self.question, name))

    def with_upload(self, name: str, sent: Upload) -> AskForm:
        """The same with another file."""
        return replace(self, uploads={**self.uploads, (self.question, name): sent})

    def values(self) -> dict[str, Any]:
        """What the question is given, by name; a file by the name it will have, a scenario by its name."""
        fields = fields_of(self.question)
        values = {one.name: value for one in fields if (value := one.value(self.holds(one))) is not None}
        files = {one.name: _file_name(sent) for one in fields if (sent := self.upload(one.name))}
        about = any(one.kind == "scenario" for one in fields)
        return ({SCENARIO: self.scenario or OWN} if about else {}) | values | files


def _file_name(sent: Upload) -> str:
    """What a file is called where it is read, of which nothing but its kind was said by who sent it."""
    ending = next((ending for ending in _EXPORT if sent.name.lower().endswith(ending)), ".toml")
    return f"source{ending}"


def refused_of(choice: Choice, form: AskForm) -> dict[str, str]:
    """Say what is wrong with a form, a sentence for each field by its name: as the command does, and as the page must.

    What is said of no field has an empty name.
    """
    values = form.values()
    refused = OFFERED[form.question].refused(values)
    for one in fields_of(form.question):
        if one.name in values and (text := _too_much(one, values[one.name])):
            refused[one.name] = text
        if (sent := form.upload(one.name)) and (text := _wrong_file(sent)):
            refused[one.name] = text
    if "set" not in refused and "study" not in refused:
        _judge_size(choice, form, values, refused)
    return refused


def _too_much(one: AskField, value: Any) -> str:
    """Why what a field holds is none of what there is, or more than the page takes; nothing if it is not."""
    entries = value if isinstance(value, list) else [value]
    if strange := [entry for entry in entries if one.options and not _is_option(one, entry)]:
        return f"{one.name} = {str(strange[0])[:40]}: choose one of the list"
    if len(entries) > MOST_ENTRIES:
        return f"{one.name}: it has {len(entries)} entries; the page takes {MOST_ENTRIES}"
    texts = [entry for entry in entries if isinstance(entry, str)]
    if any(len(text) > MOST_LETTERS for text in texts):
        return f"{one.name}: an entry is longer than {MOST_LETTERS} characters, the most the page takes"
    if any(text.count(",") >= MOST_VALUES for text in texts):
        return f"{one.name}: an entry lists more than {MOST_VALUES} values, the most the page takes"
    return ""


def _is_option(one: AskField, entry: Any) -> bool:
    return entry in one.options or (one.numbers == "boolean" and isinstance(entry, bool))


def _wrong_file(sent: Upload) -> str:
    """Why a file may not be read: it names a scenario that would be another file of the server."""
    if _file_name(sent).endswith(_EXPORT):
        return ""
    try:
        named = tomllib.loads(decode(sent.data, sent.name)).get("scenario")
    except ScenarioError as error:
        return str(error)
    except (ValueError, RecursionError) as error:
        return f"{sent.name} is no TOML: {error}"
    if named is not None and named not in list_scenarios():
        return f"{sent.name}: scenario = {str(named)[:40]}: on the page it must be the name of a shipped scenario"
    return ""


def _judge_size(choice: Choice, form: AskForm, values: Mapping[str, Any], refused: dict[str, str]) -> None:
    """Refuse settings that are wrong, and an organization that would leave no room for other visitors."""
    try:
        scenario = _organization(choice, form, values)
    except InputError as error:
        refused["set" if values.get("set") else ""] = (
            first_of(error) if isinstance(error, ScenarioError) else str(error)
        )
        return
    try:
        check_size(scenario)
        check_size(_largest(scenario, list(_texts(values))))
    except InputError as error:
        refused[""] = str(error)


def _organization(choice: Choice, form: AskForm, values: Mapping[str, Any]) -> Scenario:
    """What is asked about, with what `set` says."""
    settings = values.get("set") or []
    if study := values.get("study"):
        return read_study(study, settings).scenario
    scenario = subject_of(choice, form.scenario).scenario if SCENARIO in values else shipped(FIRST)
    return scenario.override(read_settings(settings), "--set") if settings else scenario


def _texts(values: Mapping[str, Any]) -> Iterable[str]:
    for name, value in values.items():
        if name not in ("set", SCENARIO):
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _largest(scenario: Scenario, texts: Iterable[str]) -> Scenario:
    """The largest organization that cases, levers and ranges could make of one: numbers as values, steps or factors."""
    settings: dict[str, Any] = {}
    for text in texts:
        for name in SIZES:
            for said in re.findall(rf"{re.escape(name)}\b(.*?)(?=[a-z_]+\.[a-z_]|$)", text):
                most = max(map(float, _NUMBER.findall(said)), default=0.0)
                now, item = float(str(scenario[name])), parameter(name)
                meant = now * most if "*" in said else now + most if "+" in said else most
                largest = min(max(now, meant, float(settings.get(name, 0.0))), float(item.high or 0.0))
                settings[name] = int(largest) if isinstance(item.default, int) else largest
    return scenario.override(settings) if settings else scenario


def request_of(choice: Choice, form: AskForm) -> dict[str, bytes]:
    """Give the files of a request by their names; a scenario that was brought along is one of them.

    Raises:
        InputError: The scenario cannot be used.
    """
    values, files = form.values(), dict[str, bytes]()
    if OFFERED[form.question].threads:
        values["workers"] = workers()
    if SCENARIO in values and form.scenario == OPEN:
        opened = choice.load()
        if choice.text:
            files[OWN] = opened.to_toml().encode()
        else:
            values |= {SCENARIO: choice.scenario, **_settings(choice, values.get("set", []))}
    files |= {_file_name(sent): sent.data for one in fields_of(form.question) if (sent := form.upload(one.name))}
    return files | {REQUEST: json.dumps({"question": form.question, **values}).encode()}


def _settings(choice: Choice, own: list[str]) -> dict[str, list[str]]:
    """What is set: what was changed in the scenario that is open, unless the form sets it too, then that."""
    again = read_settings(own)
    changed = [f"{name}={value_text(value)}" for name, value in choice.overrides if name not in again]
    return {"set": [*changed, *own]} if changed or own else {}


def key_of(form: AskForm, files: Mapping[str, bytes]) -> str:
    """A short name of a question, the same however much is run for it, so that what was stopped goes on."""
    effort = {one.name for one in fields_of(form.question) if one.effort} | {"workers"}
    asked = {name: value for name, value in json.loads(files[REQUEST]).items() if name not in effort}
    found = blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=12)
    for name in sorted(set(files) - {REQUEST}):
        found.update(name.encode() + files[name])
    return found.hexdigest()
