"""Which elements and attributes of OpenDocument hold what, by local name."""

from __future__ import annotations

import re

from detectors.model import Visibility

HIDDEN, METADATA = Visibility.HIDDEN_TEXT, Visibility.METADATA

REGIONS: dict[str, tuple[str, Visibility, str]] = {
    # ODF 1.3 part 3: 9.9 and 5.5, changes that are not accepted yet
    "tracked-changes": ("trackedChange", HIDDEN, "tracked changes"),
    "deletion": ("trackedChange", HIDDEN, "tracked changes"),
    "previous": ("trackedChange", HIDDEN, "tracked changes"),
    # 9.4 and 9.5: what stands beside the sheets
    "content-validations": ("validation", METADATA, "validations"),
    "named-expressions": ("definedName", METADATA, "defined names"),
    "database-ranges": ("databaseRange", METADATA, "database ranges"),
    "label-ranges": ("labelRange", METADATA, "label ranges"),
    "consolidation": ("consolidation", METADATA, "consolidation"),
    "scenario": ("scenario", METADATA, "scenario"),
    "detective": ("detective", METADATA, "detective"),
    "data-pilot-tables": ("pivotTable", Visibility.PIVOT_CACHE, "pivot tables"),
    "dde-links": ("ddeLink", Visibility.LINK_CACHE, "DDE links"),
    "dde-connection-decls": ("ddeLink", METADATA, "DDE links"),
    # 13 and 3.13: forms and programs
    "forms": ("control", METADATA, "controls"),
    "scripts": ("macro", METADATA, "macros"),
    "script": ("macro", METADATA, "macros"),
    "event-listeners": ("macro", METADATA, "macros"),
    # 4.3 and 3.10: what is known of the document, and how it was looked at
    "meta": ("documentProperty", METADATA, "properties"),
    "settings": ("settings", METADATA, "settings"),
    "user-field-decls": ("field", METADATA, "fields"),
    "variable-decls": ("field", METADATA, "fields"),
    "sequence-decls": ("field", METADATA, "fields"),
    # 16.10: headers and footers
    "header": ("headerFooter", METADATA, "header"),
    "header-left": ("headerFooter", METADATA, "header"),
    "header-first": ("headerFooter", METADATA, "header"),
    "footer": ("headerFooter", METADATA, "footer"),
    "footer-left": ("headerFooter", METADATA, "footer"),
    "footer-first": ("headerFooter", METADATA, "footer"),
    "header-decl": ("headerFooter", METADATA, "header"),
    "footer-decl": ("headerFooter", METADATA, "footer"),
    # 10.9: what a speaker reads
    "notes": ("notes", Visibility.COMMENT, "notes"),
    # 10: drawings that stand beside the cells
    "shapes": ("drawing", Visibility.SHOWN, "drawings"),
}
"""Elements whose text has a channel of its own: its name, how hidden it is at least, and what people call the place."""

PROSE = frozenset(("body", "cell", "drawing", "notes", "headerFooter", "altText", "description", "master"))
"""Channels of running text: what attributes say there is said beside it."""

STYLE_SECTIONS = frozenset(("styles", "automatic-styles", "font-face-decls", "font-decls"))

SHAPES = frozenset(
    (
        *(
            "frame",
            "custom-shape",
            "rect",
            "line",
            "polyline",
            "polygon",
            "regular-polygon",
            "path",
            "circle",
            "ellipse",
        ),
        *("connector", "caption", "measure", "control", "page-thumbnail", "g", "scene"),
    )
)
"""`draw:frame` and its kin (10.3)."""

CELL_ATTRIBUTES = frozenset(
    (
        *("style-name", "value-type", "value", "date-value", "time-value", "boolean-value", "string-value", "currency"),
        *("formula", "number-columns-repeated", "number-columns-spanned", "number-rows-spanned", "covered", "protect"),
        *("number-matrix-columns-spanned", "number-matrix-rows-spanned", "content-validation-name", "protected"),
    )
)
"""Attributes of cells that are read by name, and some that say nothing (19.5)."""

WORDY = re.compile(r"[^\W\d_]{2}|\d{4}")
MEASURE = re.compile(
    r"[-\d.]+(cm|mm|in|inch|pt|pc|px|%|deg|grad|rad|s)?( [-\d.]+(cm|mm|in|pt|px)?)*|#[0-9a-fA-F]{6}|true|false"
)

MACHINERY = frozenset(
    (
        *("style-name", "default-cell-style-name", "text-style-name", "parent-style-name", "master-page-name", "id"),
        *("data-style-name", "page-layout-name", "paragraph-style-name", "list-style-name", "class-names", "href"),
        *("type", "show", "actuate", "value-type", "version", "mimetype", "visibility", "family", "anchor-type"),
        *("presentation-page-layout-name", "display", "print", "end-cell-address", "end-x", "end-y", "d", "viewBox"),
        *("points", "transform", "enhanced-path", "draw-aspect", "class", "orientation", "used-hierarchy", "function"),
        *("control-implementation", "language", "country", "continue-numbering", "outline-level", "start-value"),
        *("outline-style", "layer", "placeholder", "object", "target-frame-name", "style", "protected", "num-format"),
        *("ref-name", "reference-format", "use-regular-expressions", "automatic-find-labels", "z-index", "glue-points"),
        *("number-columns-repeated", "number-rows-repeated", "number-columns-spanned", "number-rows-spanned"),
        *("change-id", "acceptance-state", "grammar", "dde-target", "command-type", "button-type", "image-position"),
        *("width", "height", "x", "y", "x1", "x2", "y1", "y2", "path-stretchpoint-x", "text-areas", "dimension"),
        *("default-style-name", "selected-page", "restart-numbering", "note-class", "fill-image-name", "shape-id"),
        *(
            "display-member-mode",
            "layout-mode",
            "sort-mode",
            "order",
            "show-empty",
            "add-empty-lines",
            "condition-source",
        ),
        *("protection-key", "protection-key-digest-algorithm", "protection-key-digest-algorithm-2", "is-sub-table"),
        *("filter-name", "is-data-layout-field", "data-field", "show-details", "orientation", "table-number"),
    )
)
"""Attributes that steer a program and say nothing, by local name (19, 20)."""
