"""Imports point one way, the public names are what they say, and start-up is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import summarize

ROOT = Path(summarize.__file__).parent
CORE = {"numpy", "scipy", "sumy", "nltk", "sentencex", "Stemmer", "click", "tqdm"}

# Each module may import those on lines above its own; modules on one line do not know each other.
LAYERS = [
    ["errors", "files", "version"],
    ["text.marks", "text.controls", "text.lines", "text.words", "text.languages"],
    ["arguments"],
    ["text.dateline", "text.detection"],
    ["workers.*"],
    ["text.segmentation.*"],
    ["text.furniture.*", "text.people", "text.context"],
    ["text.form"],
    ["document"],
    ["support.*", "readers.encoding"],
    ["readers.fetching.*", "length"],
    ["readers.*"],
    ["summary"],
    ["backends.base", "selection"],
    ["backends.calling", "backends.threads"],
    ["methods.long", "methods.extractive"],
    ["methods.abstractive"],
    ["backends.prompting.*"],
    ["backends.*"],
    ["registry"],
    ["summarizer"],
    ["testing", "evaluation.*", "compat.*", "scale"],
    ["fitting.*"],
    ["cli.*"],
    ["__main__", "__init__"],
]
# The modules that users import. All others are private, and their docstrings end in Sphinx's mark.
PUBLIC = {
    "__init__",
    "backends",
    "backends.base",
    "compat",
    "compat.gensim",
    "compat.transformers",
    "document",
    "errors",
    "evaluation",
    "fitting",
    "length",
    "readers",
    "registry",
    "scale",
    "selection",
    "summarizer",
    "summary",
    "support",
    "testing",
    "version",
}
# What the layers forbid, but for a reason.
WITHIN = {
    # A local model is found and loaded in one way.
    "backends.instruct": {"backends.seq2seq.loading", "backends.seq2seq.torch_engine"},
    "backends.textrank": {"backends.sumy"},
}


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = (
            ".".join(parts[:-1]) if parts[-1] == "__init__" and len(parts) > 1 else ".".join(parts)
        )
        yield name, path


def layer(name):
    for number, names in enumerate(LAYERS):
        for pattern in names:
            if name == pattern or (
                pattern.endswith(".*") and (name + ".").startswith(pattern[:-1])
            ):
                return number, pattern
    raise AssertionError(f"the module {name} has no place in LAYERS")


def imports(name, path):
    """Our own modules that a module imports, at its top or inside its functions."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    if name == "__init__":
        package = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            target = [*base, *(node.module or "").split(".")] if node.module else base
            for alias in node.names:
                full = ".".join([*target, alias.name])
                exists = (ROOT / Path(*full.split("."))).with_suffix(".py").exists()
                yield (
                    full if exists or (ROOT / Path(*full.split("."))).is_dir() else ".".join(target)
                )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("summarize"):
            yield node.module.removeprefix("summarize").lstrip(".")
        elif isinstance(node, ast.Import):
            names = (alias.name for alias in node.names)
            yield from (n.removeprefix("summarize.") for n in names if n.startswith("summarize."))


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_imports_point_one_way(name, path):
    if name in ("backends", "text", "methods", "__init__"):
        return
    own, own_pattern = layer(name)
    for target in imports(name, path):
        if not target or target in WITHIN.get(name, ()):
            continue
        number, pattern = layer(target)
        same_family = pattern == own_pattern != "backends.*" and pattern.endswith(".*")
        same_family |= name.split(".")[:2] == target.split(".")[:2]
        assert number < own or same_family, f"{name} imports {target}"


def test_no_circles():
    """File by file: a package's own ``__init__`` is a file as any other."""
    known = dict(modules())
    edges = {name: {t for t in imports(name, path) if t in known} for name, path in known.items()}
    done, way = set(), []

    def visit(name):
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            way.append(name)
            for target in sorted(edges[name]):
                visit(target)
            way.pop()
            done.add(name)

    for name in known:
        visit(name)


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_only_the_command_line_knows_click(name, path):
    if name.split(".")[0] == "cli":
        return
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    assert "click" not in names


def test_public_names():
    # The order that ruff holds everywhere: constants, classes, functions.
    kinds = {True: 0, False: 1}
    order = {name: kinds[name.isupper()] + name.islower() for name in summarize.__all__}
    assert summarize.__all__ == sorted(summarize.__all__, key=lambda name: (order[name], name))
    for name in summarize.__all__:
        assert getattr(summarize, name) is not None
    assert set(summarize.__all__) <= set(dir(summarize))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        summarize.nothing  # noqa: B018


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_each_module_says_what_it_offers(name, path):
    if name in ("__main__", "backends", "text", "methods", "backends.newsrank.fitting"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{name} has no docstring"
    exported = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    assert len(exported) == 1, f"{name} has no __all__"


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=str)
def test_private_modules_are_marked(name, path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    private = name not in PUBLIC and name != "__main__"
    assert docstring.endswith("\n\n:meta private:") == private


def loaded_by(script):
    code = f"import sys\n{script}\nprint(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(result.stdout.splitlines()[-1].split())


def test_import_loads_nothing_of_a_third_party():
    before = loaded_by("")
    assert loaded_by("import summarize") - before - set(sys.stdlib_module_names) == {"summarize"}


def test_lead_loads_only_the_splitter():
    script = "import summarize; summarize.summarize('It rained.', backend='lead')"
    assert loaded_by(script) & CORE == {"sentencex"}
