"""The verifier of seals as one HTML file: modules, style, reader, lists and pinned roots inside, no address outside.

Its policy allows no connection at all, so what somebody checks with it is told to nobody.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from flask import render_template

from webapp.assets import STATIC, bundle
from webapp.domain import seals
from webapp.domain.work import Work
from webapp.i18n import moment

ENTRY = STATIC / "js/verifier.js"
ZXING = STATIC / "vendor/zxing"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.M)
_DECLARED = re.compile(r"^export (default )?((?:async )?function|const) (\w+)", re.M)
_LISTED = re.compile(r"^export \{([^}]*)\};\n", re.M)


def verifier(work: Work) -> str:
    """The whole file. Needs a request's context for its language. Raises Conflict without a status key."""
    lists = {"directory": seals.directory(work), "status": seals.status(work)}
    css, script = bundle("css/public.css"), Modules().bundled(ENTRY)
    policy = {
        "default-src": "'none'", "script-src": f"{_hashed(script)} 'wasm-unsafe-eval'", "style-src": _hashed(css),
        "img-src": "data: blob:", "media-src": "blob: mediastream:", "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    return render_template(
        "seals/verifier.html", csp="; ".join(f"{name} {value}" for name, value in policy.items()), css=css,
        script=script, wasm=b64encode((ZXING / "zxing_reader.wasm").read_bytes()).decode(),
        licences=(ZXING / "LICENSE.txt").read_text(), roots=seals.roots(work), office=work.config.instance_name,
        listed_at=moment(work.now), **{kind: _inline(text) for kind, text in lists.items()},
    )  # fmt: skip


@dataclass
class Modules:
    """Our ES modules as one plain script: each becomes a function's result, in the order in which they need each other.

    Knows the ways in which our files and the vendored reader write import and export, and no others.
    """

    names: dict[Path, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)

    def bundled(self, entry: Path) -> str:
        self._add(entry)
        script = '"use strict";\n' + "\n".join(self.parts)
        if "</script" in script.lower() or "import.meta" in script:
            raise ValueError("a module that cannot stand inside a page")
        return script

    def _add(self, path: Path) -> str:
        """The name that holds this module's exports."""
        if path in self.names:
            return self.names[path]

        def taken(match: re.Match[str]) -> str:
            names = ", ".join(part.strip().replace(" as ", ": ") for part in match[1].split(","))
            return f"const {{ {names} }} = {self._add((path.parent / match[2]).resolve())};\n"

        text = _IMPORT.sub(taken, path.read_text())
        given = ["default: " + m[3] if m[1] else m[3] for m in _DECLARED.finditer(text)]
        text = _DECLARED.sub(r"\2 \3", text)
        for match in _LISTED.finditer(text):
            pairs = (part.strip().split(" as ") for part in match[1].split(","))
            given += [f"{pair[-1]}: {pair[0]}" for pair in pairs]
        text = _LISTED.sub("", text)
        if re.search(r"^(import|export)\b", text, re.M):
            raise ValueError(f"{path.name}: another way to import or export")
        name = self.names[path] = f"module{len(self.names)}"
        self.parts.append(f"const {name} = (() => {{\n{text}\nreturn {{ {', '.join(given)} }};\n}})();")
        return name


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inline(text: str) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(json.loads(text)).replace("<", "\\u003c")
