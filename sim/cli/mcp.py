"""The command that lets programs ask: a server of the Model Context Protocol whose tools are the questions."""

from __future__ import annotations

import json
import threading
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from sim.cli.offered import FILES, KEPT_BACK, refused_here
from sim.cli.options import load, option
from sim.cli.questions import QUESTIONS, ask, check, schema_of
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.answers.analysis import Analysis

_MOST_ROWS = 60

_INSTRUCTIONS = (
    "A simulator of business-to-business sales organizations. Every number in an answer comes from runs that the "
    "answer says how to repeat. It compares ways to run an organization; it does not forecast one. Tell intervals "
    "together with numbers, and say what the notes say. Call `scenarios` and `parameters` to find names; `plan` checks "
    "a question and says what a run costs before it is asked."
)


def mcp(
    *,
    folder: Annotated[
        Path, option("DIR", "Folder whose scenarios, studies and exports may be read; nothing else is.", ".")
    ] = Path(),
) -> None:
    """Serve the questions to a program that speaks the Model Context Protocol, over standard input and output.

    Each question is a tool whose arguments are those of its command. Text is never run as a program, effort is limited,
    and one question is asked at a time.

    For example, in the settings of such a program: command flywheel, arguments mcp --folder plans
    """
    if find_spec("mcp") is None:
        raise InputError("the server needs its extra; install it with: pip install 'sales-flywheel[mcp]'")
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder")
    import anyio  # noqa: PLC0415 - comes with the extra

    anyio.run(_serve, folder.resolve())


async def _serve(folder: Path) -> None:
    from mcp.server.stdio import stdio_server  # noqa: PLC0415

    server = server_of(folder)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def server_of(folder: Path) -> Any:
    """Make the server; it reads files of this folder only."""
    import matplotlib as mpl  # noqa: PLC0415
    from anyio import to_thread  # noqa: PLC0415
    from mcp import types  # noqa: PLC0415
    from mcp.server.lowlevel import Server  # noqa: PLC0415

    mpl.use("agg")  # answers are drawn on threads, and no window is opened
    desk = AskingDesk(folder)

    async def list_tools(_context: Any, _params: Any) -> Any:
        return types.ListToolsResult(tools=[types.Tool(**tool) for tool in desk.tools()])

    async def call_tool(_context: Any, params: Any) -> Any:
        wrong, found = await to_thread.run_sync(desk.call, params.name, params.arguments or {})
        text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=1)
        said: list[Any] = [types.TextContent(type="text", text=text)]
        kept = None if isinstance(found, str) else found
        return types.CallToolResult(content=said, structured_content=kept, is_error=wrong)

    return Server(
        "sales-flywheel", version=version("sales-flywheel"), instructions=_INSTRUCTIONS, on_list_tools=list_tools,
        on_call_tool=call_tool,
    )  # fmt: skip


class AskingDesk:
    """Where programs ask: what they may call, what is checked, and one question at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._one = threading.Lock()
        self._others: dict[str, Callable[[dict[str, Any]], Any]] = {
            "scenarios": self._scenarios, "parameters": self._parameters, "plan": self._plan,
        }  # fmt: skip

    def tools(self) -> list[dict[str, Any]]:
        """Give every tool: `name`, `description` and the JSON schema of its arguments."""
        listed = [
            {"name": name, "description": (call.__doc__ or "").strip(), "input_schema": _LOOKUPS[name]}
            for name, call in self._others.items()
        ]
        for question in QUESTIONS:
            schema = schema_of(question)
            for name in KEPT_BACK:
                schema["properties"].pop(name, None)
            listed.append({"name": question, "description": schema.pop("description", ""), "input_schema": schema})
        return listed

    def call(self, name: str, arguments: dict[str, Any]) -> tuple[bool, Any]:
        """Do what a tool does; whether it was refused, and the answer or the sentence that says why."""
        try:
            with self._one:
                if name in self._others:
                    return False, self._others[name](arguments)
                record = record_of(ask(name, **self._allowed(name, arguments)))
                return False, record | {"command": record["command"].replace(f"{self.folder}/", "")}
        except InputError as error:
            return True, str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the program gets one sentence
            return True, f"it failed: {type(error).__name__}: {' '.join(str(error).split())}"

    def _allowed(self, question: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Hold a question against its model, the folder and the limits; InputError for what may not be."""
        from sim.ui.limits import check_size  # noqa: PLC0415 - it loads the engine

        if refused := refused_here(question, arguments):
            raise InputError("; ".join(refused.values()))
        given = check(question, arguments)
        placed = {name: self._placed(name, value) for name, value in given.items()}
        if isinstance(scenario := placed.get("scenario"), str):
            check_size(load(scenario, placed.get("set")))
        return placed

    def _placed(self, name: str, value: Any) -> Any:
        if name not in FILES or value is None or isinstance(value, int):
            return value
        return [self._file(one) for one in value] if isinstance(value, list) else self._file(value)

    def _file(self, name: str) -> str:
        """Give a file of the folder by its path and a shipped name as it is; InputError for what lies elsewhere."""
        try:
            path = (self.folder / name).resolve()
            there = path.exists()
            inside = there and all(one.resolve().is_relative_to(self.folder) for one in (path, *path.rglob("*")))
            foreign = "/" in name or "." in name or "\\" in name or Path(name).exists()
        except (OSError, ValueError):
            inside, there, foreign = False, False, True
        if inside:
            return str(path)
        if there or foreign:
            raise InputError(f"{name}: there is no such file in the folder that is served")
        return name

    def _scenarios(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """List the scenarios that travel with the program, with what each shows."""
        from scenarios import list_scenarios  # noqa: PLC0415
        from sim.scenario.scenario import Scenario  # noqa: PLC0415

        _nothing_else(arguments, ())
        heads = [Scenario.load(name) for name in list_scenarios()]
        return {"scenarios": [{"name": one.name, "title": one.title, "shows": one.shows} for one in heads]}

    def _parameters(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Find parameters by words of their name or meaning: value by default, unit, range, source."""
        from sim.scenario.parameters import all_parameters  # noqa: PLC0415

        _nothing_else(arguments, ("containing",))
        words = str(arguments.get("containing", "")).lower().split()
        found = [
            {
                "name": item.dotted, "meaning": item.doc, "default": item.default, "unit": item.unit,
                "allowed": item.allowed, "source": f"{item.source.kind}: {item.source.text}",
            }
            for item in all_parameters()
            if all(word in f"{item.dotted} {item.doc}".lower() for word in words)
        ]  # fmt: skip
        return {"parameters": found[:_MOST_ROWS], "left_out": max(0, len(found) - _MOST_ROWS)}

    def _plan(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Check a question without asking it, and say what one run of its organization costs."""
        _nothing_else(arguments, ("question", "arguments"))
        question, given = str(arguments.get("question")), arguments.get("arguments") or {}
        if not isinstance(given, dict):
            raise InputError("arguments must be those of the question, by name")
        allowed = self._allowed(question, given)
        plan: dict[str, Any] = {"question": question, "arguments": dict(given)}
        if isinstance(name := allowed.get("scenario"), str):
            plan["seconds_a_run"] = round(_seconds(load(name, allowed.get("set")), allowed.get("weeks")), 3)
        return plan


_LOOKUPS: dict[str, Any] = {
    "scenarios": {"type": "object", "properties": {}, "additionalProperties": False},
    "parameters": {
        "type": "object", "additionalProperties": False,
        "properties": {"containing": {"type": "string", "description": "Words, such as coaching hours."}},
    },
    "plan": {
        "type": "object", "additionalProperties": False, "required": ["question"],
        "properties": {
            "question": {"type": "string", "enum": list(QUESTIONS)},
            "arguments": {"type": "object", "description": "What the question's own tool takes."},
        },
    },
}  # fmt: skip


def record_of(found: Analysis) -> dict[str, Any]:
    """Give an answer as data: sentences, notes, facts, how to repeat it, and its tables; long ones say they are cut."""
    record: dict[str, Any] = json.loads(found.json())
    tables = {}
    for name, frame in found.tables.items():
        rows = json.loads(frame.head(_MOST_ROWS).to_json(orient="records", date_format="iso"))
        tables[name] = {"rows": rows, "left_out": max(0, len(frame) - _MOST_ROWS)}
    return {**record, "tables": tables}


def _nothing_else(arguments: dict[str, Any], known: tuple[str, ...]) -> None:
    if strange := [name for name in arguments if name not in known]:
        raise InputError(f"{', '.join(strange)}: it takes {', '.join(known) or 'nothing'}")


def _seconds(scenario: Any, weeks: int | None) -> float:
    """Processor time of one run."""
    import time  # noqa: PLC0415

    from sim.measures.run import simulate  # noqa: PLC0415

    simulate(scenario, weeks=1, deals=False)  # what is compiled and loaded once
    begun = time.process_time()
    simulate(scenario, weeks=weeks, deals=False)
    return time.process_time() - begun
