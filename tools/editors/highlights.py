"""Parses Snow files with a tree-sitter parser and prints the classes of what `highlights.scm` has.

    highlights.py PARSER.so QUERIES FILE...

QUERIES is a folder; all files in it have to be queries of the grammar. On standard output: one line
of JSON for each file, as `compare.py` reads it. On standard error: each place that the grammar
cannot read, and each text with two classes. Exit: 1 when there was one.
"""

import ctypes
import json
import pathlib
import sys

import tree_sitter

# The first part of a capture's name, or all of it, and its class.
CLASSES = {
    "comment": "Comment",
    "constant.builtin": "Constant",
    "constant.builtin.boolean": "Constant",
    "constant.numeric.float": "Number",
    "constant.numeric.integer": "Number",
    "constructor": "Capital",
    "function": "Call",
    "keyword": "Keyword",
    "module": "Capital",
    "namespace": "Capital",
    "number": "Number",
    "operator": "Symbol",
    "property": "Name",
    "punctuation": "Symbol",
    "punctuation.special": "Interpolation",
    "string": "Text",
    "type": "Capital",
    "variable.builtin": "Keyword",
    "variable.parameter": "Name",
}


def class_of(capture):
    return CLASSES.get(capture) or CLASSES[capture.split(".")[0]]


def language(path):
    function = ctypes.cdll.LoadLibrary(path).tree_sitter_snow
    function.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype = ctypes.py_object
    capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return tree_sitter.Language(capsule(function(), b"tree_sitter.Language", None))


def errors(node):
    """The outermost places that were not read."""
    open_nodes = [node]
    while open_nodes:
        node = open_nodes.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            open_nodes.extend(reversed(node.children))


def main(parser_path, queries_path, *files):
    snow = language(parser_path)
    parser = tree_sitter.Parser(snow)
    queries = {
        path.name: tree_sitter.Query(snow, path.read_text("utf-8"))
        for path in pathlib.Path(queries_path).glob("*.scm")
    }
    cursor = tree_sitter.QueryCursor(queries["highlights.scm"])
    is_bad = False

    def complain(file, node, message):
        nonlocal is_bad
        is_bad = True
        row, column = node.start_point
        print(f"{file}:{row + 1}:{column + 1}: {message}", file=sys.stderr)

    for file in files:
        with open(file, "rb") as source:
            text = source.read()
        tree = parser.parse(text)
        for node in errors(tree.root_node):
            what = "lacks a token" if node.is_missing else "cannot be read"
            complain(file, node, f"tree-sitter: this {what}")
        parts = {}
        for capture, nodes in cursor.captures(tree.root_node).items():
            found = class_of(capture)
            for node in nodes:
                # For the lexer, which sees one line, a call's parenthesis touches the name.
                if found == "Call" and text[node.end_byte : node.end_byte + 1] not in b"(<":
                    continue
                before = parts.setdefault((node.start_byte, node.end_byte), found)
                if before != found:
                    complain(file, node, f"highlights.scm: both {before} and {found}")
        parts = sorted([start, end, found] for (start, end), found in parts.items())
        print(json.dumps({"file": file, "parts": parts}))
    return 1 if is_bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
