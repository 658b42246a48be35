"""Tags that the layout library leaves out (ISO 14289-1): fields in their cells, scopes of headers,
running text as no part of the document.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from wizard.documents.data import Paper


def complete(paper: Paper, file: Any, widgets: dict[str, Any]) -> None:
    """Complete the tags of a file; `widgets` are its signature fields by the id of their box."""
    root = target(file, file.catalog["StructTreeRoot"])
    pages = target(file, root["ParentTree"])["Nums"]
    elements = list(_elements(file, root))
    rows = [one for one in elements if one["S"] == "/TR"]
    for row in rows:
        _say_scopes(file, row)
    if widgets:  # the last rows of the paper are the boxes and, below, what became of them
        places = [target(file, reference) for reference in rows[-2]["K"]]
        for box, place in zip(paper.boxes, places, strict=True):
            if box.id in widgets:
                _put_field(file, pages, place, widgets[box.id])
    known = {one.reference for one in elements}
    for sheet in filter(is_page, file.objects):
        _set_apart_running_text(file, sheet, pages[2 * sheet["StructParents"] + 1], known)


def target(file: Any, reference: Any) -> Any:
    """The object that a reference of the file leads to."""
    return file.objects[int(reference.split()[0])]


def is_page(thing: Any) -> bool:
    """Whether an object of the file is a page."""
    return isinstance(thing, dict) and thing.get("Type") == "/Page"


def _elements(file: Any, parent: Any) -> Iterator[Any]:
    """The structure elements below this one, in reading order."""
    for child in parent["K"]:
        if not isinstance(child, int):
            element = target(file, child)
            if "S" in element:
                yield element
                yield from _elements(file, element)


def _say_scopes(file: Any, row: Any) -> None:
    """A row of headers alone stands above its columns; else a header begins its row."""
    cells = [target(file, reference) for reference in row["K"]]
    headers = [cell for cell in cells if cell["S"] == "/TH"]
    for header in headers:
        header["A"]["Scope"] = "/Column" if len(headers) == len(cells) else "/Row"


def _put_field(file: Any, pages: Any, place: Any, widget: Any) -> None:
    """A field is read where its cell is (§7.18.4). The library that compares revisions lets it be
    signed there only if it is all that its element holds, not one thing of an array.
    """
    pydyf = importlib.import_module("pydyf")
    mention = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": widget["P"]})
    file.add_object(mention)
    form = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "K": mention.reference,
            "Pg": widget["P"],
            "P": place.reference,
        }
    )
    file.add_object(form)
    place["K"].append(form.reference)
    widget["StructParent"] = len(pages) // 2
    pages.extend([len(pages) // 2, form.reference])


def _set_apart_running_text(file: Any, sheet: Any, elements: Any, known: set[Any]) -> None:
    """Head and foot of a page are marked, but a reader comes to their elements from nowhere, so
    they are not `known`: artifacts are what they are (§7.8).
    """
    pydyf = importlib.import_module("pydyf")
    apart = {number for number, one in enumerate(elements) if one not in known}
    operators = target(file, sheet["Contents"]).stream
    for at, operator in enumerate(operators):
        if isinstance(operator, dict) and operator.get("MCID") in apart:
            operators[at - 1 : at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
    for number in apart:
        elements[number] = "null"
