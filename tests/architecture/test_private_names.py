"""The names of other libraries that the product uses and nobody promises: each with its reason, each still there.

A name that is not in the list must not be used, one that is used no longer must leave it. Found in the source are
imports of names with an underscore or from outside the modules of `DOCUMENTED`, attributes with an underscore that the
product does not define itself, attributes of other libraries that are replaced, and private methods of theirs that are
overridden. Names within strings (addresses, files of another program) are not found.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PRODUCT = ("dashboards", "expectations", "orchestration", "warehouse")
# Of libraries that document which of their modules are for users: these.
DOCUMENTED = {
    "dagster": {"dagster"},
    "dagster_dbt": {"dagster_dbt"},
    "dbt": {"dbt.cli.main"},
    "docx": {"docx", "docx.document", "docx.enum.section", "docx.enum.style", "docx.enum.table", "docx.enum.text",
             "docx.shared", "docx.text.paragraph"},
    "duckdb_engine": {"duckdb_engine"},
    "great_expectations": {"great_expectations"},
    "plotly": {"plotly.graph_objects", "plotly.io"},
    "streamlit": {"streamlit", "streamlit.delta_generator"},
}  # fmt: skip
# Promised, with an underscore so that no column has the name: of named tuples, of SQLAlchemy's rows.
PROMISED = {"_fields", "_mapping"}
FILES, SESSIONS, SIGN_IN = "dashboards/access/files.py", "dashboards/access/sessions.py", "dashboards/access/sign_in.py"
HISTORY = "orchestration/runs/dagster_history.py"
PLAN = "orchestration/warehouse_build/compiled_plan.py"
PROJECT, PARSED = "orchestration/warehouse_build/dbt_project.py", "orchestration/warehouse_build/parsed_project.py"
DOCX = ("dashboards/documents/as_docx.py", "dashboards/documents/docx_styles.py", "dashboards/documents/docx_table.py")
RAW_XML = "python-docx has no words for borders, fonts of East Asian text, fields and repeated heads: XML by hand"
ONE_ENGINE = "one database engine a file instead of one an event, which was a quarter of a small run"
HOOKS = "dbt's compile leaves out what is executed before a model"

# (file, name) -> why there is no other way.
RELIED_ON = {
    ("dashboards/__main__.py", "streamlit.runtime.pages_manager.PagesManager"): "see the next",
    ("dashboards/__main__.py", "streamlit.runtime.pages_manager.PagesManager.uses_pages_directory"):
        "a folder pages/ is the old convention, by which the first visitor of a page would go round app.py",
    (FILES, "streamlit.runtime.memory_media_file_storage._calculate_file_id"):
        "which session may fetch a file is known by the name under which Streamlit keeps it",
    (SESSIONS, "streamlit.auth_util.get_cookie_with_chunks"): "a large cookie of the sign-in comes in parts",
    (SESSIONS, "streamlit.web.server.starlette.starlette_server_config.USER_COOKIE_NAME"):
        "the cookie of the sign-in, by which sessions are ended",
    (SIGN_IN, "streamlit.user_info.generate_login_redirect_url"): "the sign-in begins before a page is drawn",
    ("dashboards/command_line.py", "streamlit.logger.set_log_level"):
        "documents ask the pages' queries, and Streamlit would warn that it serves no page",
    ("expectations/validation.py", "great_expectations.data_context.types.base.ProgressBarsConfig"):
        "progress bars are switched off by this type only",
    ("orchestration/landing/delimited.py", "io.TextIOWrapper._CHUNK_SIZE"):
        "decoding a large file in steps of 8 KiB takes three times as long",
    ("orchestration/landing/markup.py", "lxml.etree._FeedParser"): "the type of both parsers that are fed in blocks",
    (HISTORY, "dagster._core.instance.InstanceRef"): "an instance with a storage class of our own",
    (HISTORY, "dagster._core.storage.event_log.SqliteEventLogStorage"): ONE_ENGINE,
    (HISTORY, "dagster._core.storage.event_log.SqliteEventLogStorage._connect"): ONE_ENGINE,
    (HISTORY, "dagster._core.storage.event_log.SqliteEventLogStorage._db_lock"): ONE_ENGINE,
    (HISTORY, "dagster._core.storage.event_log.SqliteEventLogStorage._initdb"): ONE_ENGINE,
    (PLAN, "dbt.clients.jinja.get_rendered"): HOOKS,
    (PLAN, "dbt.context.providers.generate_runtime_model_context"): HOOKS,
    (PLAN, "dbt.task.compile.CompileRunner"): HOOKS,
    (PLAN, "dbt.task.compile.CompileRunner.compile"): HOOKS,
    (PROJECT, "dbt.adapters.duckdb.connections.DuckDBConnectionManager"): "dbt keeps the file open after it has ended",
    (PROJECT, "dbt.adapters.duckdb.connections.DuckDBConnectionManager._ENV"): "dbt keeps the file open",
    (PROJECT, "dbt.adapters.factory.reset_adapters"): "dbt keeps the file open after it has ended",
    (PARSED, "dbt.contracts.graph.manifest.Manifest"): "what was parsed is kept for the next home",
    (PARSED, "dbt.parser.manifest.extended_mashumuro_decoder"): "what was parsed is kept for the next home",
    **{(file, "docx.oxml.OxmlElement"): RAW_XML for file in DOCX},
    **{(file, "docx.oxml.ns.qn"): RAW_XML for file in DOCX},
    ("dashboards/documents/docx_styles.py", "docx.opc.part.XmlPart"): RAW_XML,
    ("dashboards/documents/as_docx.py", "docx.shape.InlineShape._inline"): "a picture's description",
    ("dashboards/documents/as_docx.py", "docx.text.paragraph.Paragraph._p"): RAW_XML,
    ("dashboards/documents/docx_table.py", "docx.table.Table._tbl"): "asking for each cell walks the table",
}  # fmt: skip


def sources() -> dict[str, ast.Module]:
    paths = [path for folder in PRODUCT for path in (CHECKOUT / folder).rglob("*.py") if "target" not in path.parts]
    return {str(path.relative_to(CHECKOUT)): ast.parse(path.read_text("utf-8")) for path in paths}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in PROMISED


def is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in {*PRODUCT, "__future__"}


def imported(tree: ast.Module) -> dict[str, str]:
    """What the names of a file that come from other libraries are called there."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not is_ours(node.module):
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            names |= {one.asname or one.name: one.name for one in node.names if not is_ours(one.name)}
    return names


def defined(trees: dict[str, ast.Module]) -> set[str]:
    """The private names that the product gives itself: functions, classes, variables, and attributes set by `self`."""
    names = set()
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
            names.add(node.attr)
    return {name for name in names if is_private(name)}


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def is_undocumented(name: str) -> bool:
    """Of an imported name with its module."""
    module, package = name.rpartition(".")[0], name.split(".", maxsplit=1)[0]
    return any(map(is_private, name.split("."))) or not {name, module} & DOCUMENTED.get(package, {name})


def found_in(tree: ast.Module, own: set[str]) -> set[str]:
    """Undocumented names with their modules; of an attribute of unknown origin `.name`."""
    names = imported(tree)
    found = {name for name in names.values() if is_undocumented(name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = names.get(node.value.id) if isinstance(node.value, ast.Name) else None
            is_replaced = owner is not None and isinstance(node.ctx, ast.Store)
            if is_replaced or (is_private(node.attr) and (owner is not None or node.attr not in own)):
                found.add(f"{owner or ''}.{node.attr}")
        elif isinstance(node, ast.ClassDef):
            bases = {names[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in names}
            methods = {one.name for one in node.body if isinstance(one, ast.FunctionDef) and is_private(one.name)}
            found |= {f"{base}.{name}" for base in bases for name in methods if hasattr(resolved(base), name)}
    return found


def resolved(name: str) -> object:
    """The module or object of a dotted name. Raises ImportError or AttributeError if there is none."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            thing = getattr(thing, part)
        return thing
    raise ImportError(name)


def test_every_private_name_that_is_used_is_listed():
    trees = sources()
    own = defined(trees)
    found = {(file, name) for file, tree in trees.items() for name in found_in(tree, own)}
    # An attribute of an object is listed with the class that it stands in.
    listed = {(file, name if (file, name) in found else f".{name.rpartition('.')[2]}") for file, name in RELIED_ON}
    assert found == listed


@pytest.mark.parametrize("name", sorted({name for _, name in RELIED_ON}))
def test_it_is_still_there(name):
    owner, _, last = name.rpartition(".")
    thing = resolved(owner)
    # What a class sets when it is made stands in its source only.
    assert hasattr(thing, last) or (inspect.isclass(thing) and f"self.{last} = " in inspect.getsource(thing))
