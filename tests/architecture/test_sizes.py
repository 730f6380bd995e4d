"""Files below 400 lines, functions within 40, at most 6 parameters. The lists of exceptions only shrink."""

from tests.architecture.source import ROOT, functions, modules

FILE_LINES = 400
FUNCTION_LINES = 40
PARAMETERS = 6

# Take a line away when you have made the thing smaller; never add one.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
MANY_PARAMETERS: set[str] = set()


def own_modules():
    return [module for module in (*modules(), *modules("bench", "tests")) if not module.is_migration]


def test_files_are_short():
    long = {module.path for module in own_modules() if module.text.count("\n") >= FILE_LINES}
    long |= {
        file.relative_to(ROOT).as_posix()
        for folder in ("templates", "frontend/src")
        for file in (ROOT / folder).rglob("*.*")
        if file.is_file() and file.read_text().count("\n") >= FILE_LINES
    }

    assert long == LONG_FILES


def test_functions_are_short():
    long = {
        f"{module.path}:{name}"
        for module in own_modules()
        for name, node in functions(module)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    }

    assert long == LONG_FUNCTIONS


def test_functions_have_few_parameters():
    """Fixtures of a test and what a framework calls with many arguments are not counted: self, *args, **kwargs."""
    many = set()
    for module in modules():
        for name, node in functions(module):
            names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            if len([one for one in names if one not in ("self", "cls")]) > PARAMETERS:
                many.add(f"{module.path}:{name}")

    assert many == MANY_PARAMETERS
