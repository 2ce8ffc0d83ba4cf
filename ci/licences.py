"""Prints the licences of the libraries in the program: reads `cargo metadata` from standard input.

Of each library that is linked into `ewcsim`: name, version, licence, and the licence files that come with it. A text that several have is printed
once.
"""

import json
import pathlib
import sys

WORDS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE")


def is_macro(package):
    """Returns true for a procedural macro, which the compiler runs and no program contains."""
    return any("proc-macro" in target["kind"] for target in package["targets"])


def linked(metadata):
    """Returns the ids of `ewcsim` and of all that it links."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    macros = {package["id"] for package in metadata["packages"] if is_macro(package)}
    root = next(package["id"] for package in metadata["packages"] if package["name"] == "ewcsim")
    found, left = set(), [root]
    while left:
        node = left.pop()
        if node in found or node in macros:
            continue
        found.add(node)
        for dependency in nodes[node]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                left.append(dependency["pkg"])
    return found


def texts(package):
    """Yields name and text of each licence file of a package, also of the sources that it brings with it."""
    directory = pathlib.Path(package["manifest_path"]).parent
    files = (path for path in directory.rglob("*") if path.is_file() and path.name.upper().startswith(WORDS))
    for path in sorted(files):
        yield path.relative_to(directory).as_posix(), path.read_text(errors="replace").rstrip()


def main():
    metadata = json.load(sys.stdin)
    ids = linked(metadata)
    # The project's own packages have no source.
    printed = {}
    packages = [package for package in metadata["packages"] if package["id"] in ids and package["source"]]
    print("The program contains these libraries, beside the Rust standard library (MIT or Apache-2.0).")
    print("A static program also contains musl (MIT).")
    for package in sorted(packages, key=lambda package: (package["name"], package["version"])):
        title = f"{package['name']} {package['version']}"
        print(f"\n{'=' * 100}\n{title}: {package['license']}")
        for name, text in texts(package):
            first = printed.setdefault(text, f"{name} of {title}")
            print(f"\n--- {name}\n\n{text}" if first == f"{name} of {title}" else f"\n--- {name}: the text of {first}")


main()
