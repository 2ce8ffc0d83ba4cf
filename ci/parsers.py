"""Reads outputs of show commands with the parsers of others: genieparser (Cisco) and ntc-templates.

    parsers.py DIRECTORY --unpack WHEELS    unpacks what the parsers need from downloaded wheels
    parsers.py DIRECTORY                    reads a list of {"parser", "output"} on standard input, as JSON, and prints the list of
                                            what each parser made of it: {"result"} or {"error"}

A parser is `genie:MODULE.CLASS`, below `genie.libs.parser`, or `ntc:PLATFORM:COMMAND`. genieparser's modules import all of pyATS, half a
gigabyte of which no parser uses: modules that are not unpacked are stood in for. Its parsers and the engine that checks their results
against the schemas are its own.
"""

import importlib
import importlib.abc
import importlib.machinery
import json
import pathlib
import re
import sys
import zipfile
from unittest import mock

# What is unpacked of the wheels. Of genieparser's modules, only those of these devices.
NEEDED = re.compile(
    r"pyats/datastructures/|genie/(decorator|metaparser/)"
    r"|genie/libs/parser/(__init__\.py|base\.py|utils/|cheetah/[^/]*\.py|iosxe/[^/]*\.py"
    r"|iosxe/cat9k/(__init__\.py|c9800/))"
    r"|textfsm/|ntc_templates/|ntc_templates-[^/]*\.dist-info/METADATA"
)
# What is stood in for, if it is not there.
STANDS_IN = ("unicon", "pyats.", "genie.abstract", "genie.json", "genie.parsergen", "packaging")


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a module that nothing else finds."""

    def find_spec(self, name, path, target=None):
        if name.startswith(STANDS_IN) and not name.startswith("pyats.datastructures"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return mock.MagicMock(name=spec.name)

    def exec_module(self, module):
        pass


def unpack(directory, wheels):
    for wheel in sorted(pathlib.Path(wheels).glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if NEEDED.match(name) and "/tests/" not in name]
            archive.extractall(directory, names)


def genie(parser, output):
    module, name = parser.rsplit(".", 1)
    found = getattr(importlib.import_module(f"genie.libs.parser.{module}"), name)
    return found(device=mock.MagicMock()).parse(output=output)


def ntc(parser, output):
    from ntc_templates.parse import parse_output

    platform, command = parser.split(":", 1)
    return parse_output(platform=platform, command=command, data=output)


def read(request):
    kind, parser = request["parser"].split(":", 1)
    try:
        return {"result": {"genie": genie, "ntc": ntc}[kind](parser, request["output"])}
    except Exception as error:  # Whatever a parser raises is its answer.
        return {"error": f"{type(error).__name__}: {error.__cause__ or error}"}


def main():
    directory = sys.argv[1]
    if sys.argv[2:3] == ["--unpack"]:
        return unpack(directory, sys.argv[3])
    sys.path.insert(0, directory)
    sys.meta_path.append(StandIn())
    answers = [read(request) for request in json.load(sys.stdin)]
    json.dump(answers, sys.stdout, default=str)


main()
