"""Pages of the site that are no documents: read off the program, the notebooks and the files at the root."""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

sys.path.append(str(Path(__file__).resolve().parent))  # this file is loaded by its place

from site_math import as_mathml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
AT_ROOT = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
AS_PAGES = {**AT_ROOT, "CITATION.cff": "cite.md"}
NOTEBOOKS = "notebooks/"
EQUATIONS = "model.md"
GALLERY = "gallery/"
_LINK = re.compile(r"(?<=\]\()([^)\s#]+)(#[^)\s]*)?(?=\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made while the site is built, and leave out what is shown in another form."""
    for file in list(files):
        if file.src_uri.endswith((".ipynb", ".json")):
            files.remove(file)
    for place, content in _pages():
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Lead links of documents that leave their folder, or lead to a notebook, to the site's; draw the equations."""
    depth = "../" * page.file.src_uri.count("/")
    at_root = page.file.src_uri in AT_ROOT.values()

    def moved(match: re.Match[str]) -> str:
        target, anchor = match[1], match[2] or ""
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        plain = target.removeprefix("docs/") if at_root else target.removeprefix("../")
        if plain in AS_PAGES:
            return f"{depth}{AS_PAGES[plain]}{anchor}"
        if plain.startswith(NOTEBOOKS):
            return f"{depth}{GALLERY}{Path(plain).stem}.md{anchor}"
        return f"{plain if at_root else target}{anchor}"

    return _LINK.sub(moved, as_mathml(markdown) if page.file.src_uri == EQUATIONS else markdown)


def _pages() -> Iterator[tuple[str, str | bytes]]:
    for name, place in AT_ROOT.items():
        yield place, (ROOT / name).read_text(encoding="utf-8")
    yield "cite.md", _citation()
    yield "reference/api.md", _api()
    yield "reference/commands.md", _commands()
    yield "reference/parameters.md", _parameters()
    yield "reference/measures.md", _measures()
    yield "reference/scenarios.md", _scenarios()
    for notebook in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        yield from _notebook(notebook)


def _citation() -> str:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    return f"# How to cite\n\n```yaml\n{text}```\n"


def _api() -> str:
    """What `sim` and `sim.experiments` offer, in the order of their stubs."""
    parts = ["# Python\n"]
    for title, stub in (("sim", "sim/__init__.pyi"), ("sim.experiments", "sim/experiments.pyi")):
        parts.append(f"## `{title}`\n")
        for module, name in re.findall(r"from (\S+) import (\w+) as", (ROOT / stub).read_text(encoding="utf-8")):
            parts.append(f"::: {f'sim{module}' if module.startswith('.') else module}.{name}\n    options:\n"
                         f"      heading_level: 3\n")  # fmt: skip
    return "\n".join(parts)


def _commands() -> str:
    from sim.cli.questions import QUESTIONS, model_of  # noqa: PLC0415 - read while the site is built

    parts = ["# Commands\n", "Questions, as their models have them; `flywheel --help` lists every command.\n"]
    for question in QUESTIONS:
        model = model_of(question)
        rows = [
            (f"`{name}`", field.description or "", str((field.json_schema_extra or {})["changes"]))  # type: ignore[index, call-overload, unused-ignore]
            for name, field in model.model_fields.items()
        ]
        parts += [f"## `flywheel {question}`\n", f"{model.__doc__}\n", _table(("field", "meaning", "changes"), rows)]
    return "\n".join(parts)


def _parameters() -> str:
    from sim.scenario.parameters import sections  # noqa: PLC0415

    parts = ["# Parameters\n", "`flywheel parameters KEY` says the same of one, with its plausible range.\n"]
    for name, kind in sections().items():
        rows = [
            (f"`{item.dotted}`", item.doc, f"{item.default}", item.unit, item.allowed,
             f"{item.source.kind}: {item.source.text}")
            for item in kind.parameters()
        ]  # fmt: skip
        heads = ("parameter", "meaning", "default", "unit", "allowed", "source")
        parts += [f"## {name}\n", f"{kind.__doc__}\n", _table(heads, rows)]
    return "\n".join(parts)


def _measures() -> str:
    from sim.scenario.measures import MEASURES, WEEKLY_MEASURES  # noqa: PLC0415

    parts = ["# Measures\n"]
    for title, listed in (("Of a run", MEASURES), ("By week", WEEKLY_MEASURES)):
        rows = [(f"`{one.name}`", one.unit, one.doc) for one in listed.values()]
        parts += [f"## {title}\n", _table(("measure", "unit", "definition"), rows)]
    return "\n".join(parts)


def _scenarios() -> str:
    from scenarios import list_scenarios  # noqa: PLC0415
    from sim.scenario.scenario import Scenario  # noqa: PLC0415

    parts = ["# Scenarios\n"]
    for name in list_scenarios():
        one = Scenario.load(name)
        said = {"Shows": one.shows, "Watch": one.watch, "Found": one.found, "Where it does not hold": one.fails}
        parts.append(f"## `{name}`\n\n{one.title}\n")
        parts += [f"**{title}.** {text}\n" for title, text in said.items() if text]
    return "\n".join(parts)


def _notebook(file: Path) -> Iterator[tuple[str, str | bytes]]:
    """A notebook as a page: its words, its code, and what that gave when it was stored."""
    parts: list[str] = []
    for number, cell in enumerate(json.loads(file.read_text(encoding="utf-8"))["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        for place, output in enumerate(cell.get("outputs", ())):
            picture = output.get("data", {}).get("image/png")
            if picture:
                name = f"{file.stem}-{number}-{place}.png"
                yield f"{GALLERY}{name}", base64.b64decode(picture)
                parts.append(f"![What the cell above draws]({name})")
            elif text := "".join(output.get("text") or output.get("data", {}).get("text/plain", "")):
                parts.append(f"```text\n{text.rstrip()}\n```")
    yield f"{GALLERY}{file.stem}.md", "\n\n".join(parts) + "\n"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    listed = list(heads)
    return "\n".join([line(listed), line(["---"] * len(listed)), *map(line, rows), ""])
