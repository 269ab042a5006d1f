"""Inside the child: what was found in a file, and what that means: refused, repaired, or only to be known."""

from __future__ import annotations

from dataclasses import dataclass, field

from signing.errors import BadDocument

_GRAVEST = (
    "reaching_script",
    "launch_action",
    "media",
    "external_content",
    "print_differs",
    "xfa_only",
    "script",
    "xfa",
    "embedded_file",
    "optional_content",
    "actions",
    "usage_rights",
    "ambiguous",
)
MENDABLE = frozenset(
    {
        "script",
        "actions",
        "xfa",
        "embedded_file",
        "optional_content",
        "usage_rights",
        "layers",
        "forms",
        "annotations",
        "shadow",
        "ambiguous",
    }
)


@dataclass
class Findings:
    """What speaks against a file (code -> where), which of it a repair takes away, and what should be known."""

    refusals: dict[str, str] = field(default_factory=dict)
    mends: dict[str, str] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    signatures: int = 0

    def add(self, code: str, detail: str) -> None:
        (self.mends if code in MENDABLE else self.refusals).setdefault(code, detail)

    def require_mendable(self) -> None:
        """Raises BadDocument with the gravest of what no repair takes away; in a signed file nothing is repaired."""
        wrong = self.refusals | (self.mends if self.signatures else {})
        for code in _GRAVEST:
            if code in wrong:
                raise BadDocument(code, wrong[code])

    def require_clean(self) -> None:
        """Raises BadDocument: something is left that a repair should have taken away."""
        for code, detail in self.mends.items():
            if code != "shadow":  # what a bookmark still leads to stays; nobody is shown it
                raise BadDocument(code, detail)
