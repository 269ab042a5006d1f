"""A plain English sentence for every code of intake, for the command line; the product has its own."""

from __future__ import annotations

REFUSALS = {
    "unreadable": "The file cannot be read.",
    "not_pdf": "This is not a PDF.",
    "polyglot": "The file is also something else than a PDF: a page, an archive or a program.",
    "encrypted": "The file is locked: it needs a password, or a key that nobody here has.",
    "change_forbidden": "The file's author allows no changes, and a signature is one.",
    "broken": "The file is damaged beyond repair.",
    "too_complex": "The file takes too much time or memory to open.",
    "too_large": "The file is too large.",
    "too_many_pages": "The file has too many pages.",
    "no_pages": "The file has no pages.",
    "page_too_small": "No page has room for a legible mark.",
    "page_too_large": "A page is larger than any paper.",
    "script": "The file holds scripts, which could change what it shows.",
    "reaching_script": "A script in the file reaches for other files, programs or addresses.",
    "actions": "The file holds commands that run by themselves.",
    "launch_action": "The file starts programs, sends data, or opens something by itself.",
    "media": "The file holds sound, video or 3D.",
    "embedded_file": "Other files are hidden in the file.",
    "xfa": "The file is an XFA form, which can show something else in another program.",
    "xfa_only": "The file is an XFA form: its real pages are made by a program, and these are not the letter.",
    "forms": "The file holds form fields that could be changed later.",
    "external_content": "The file takes content from outside.",
    "optional_content": "The file holds layers that can be shown or hidden.",
    "print_differs": "The file shows something else on paper than on the screen.",
    "usage_rights": "The file carries a licence of its maker that forbids changes.",
    "ambiguous": "A part of the file stands there twice or inside another, so that a later change could swap them.",
    "certified": "A signature in the file allows no further one.",
    "signature_broken": "A signature in the file is broken, or the file was changed after it.",
    "too_small": "The place for the mark is too small.",
    "outside_page": "The place for the mark is outside the page.",
    "overlapping": "Two marks would lie over each other.",
    "no_such_field": "There is no such place for a signature, or it is signed already.",
}
REPAIRS = {
    "rebuilt": "The file was damaged and was rebuilt.",
    "decrypted": "The file was encrypted, though without a password to open it; the copy is not.",
    "junk_removed": "Stray bytes around the PDF were removed.",
    "script": "Scripts were removed.",
    "actions": "Commands that run by themselves were removed.",
    "embedded_file": "Files embedded in it were removed.",
    "xfa": "The XFA form was removed; the pages stay as they were shown.",
    "usage_rights": "The usage rights of the form's maker were removed.",
    "layers": "Layers were flattened to what is shown when the file is opened.",
    "forms": "Form fields were made part of the page.",
    "annotations": "Drawings and texts laid over the page were made part of it.",
    "shadow": "Pages that lay hidden in the file were removed.",
    "ambiguous": "Parts that stood twice in the file, inside others or unlisted were removed.",
    "page_added": "A page was added at the end, because none has room for the mark.",
}
WARNINGS = {
    "already_signed": "The file is already signed; those signatures stay intact.",
    "annotations": "The file holds annotations.",
    "blank_page": "A page is blank.",
    "damaged": "The file is not quite in order.",
    "forms": "The file holds form fields.",
    "links": "The file links to outside addresses.",
    "non_embedded_fonts": "Some fonts are not embedded: other devices may show other letters.",
    "no_text": "The file is a scan, or has no text.",
    "optional_content": "The file holds layers.",
    "no_letterhead": "There is no letterhead at the top of the first page.",
    "mixed_sizes": "The pages are not all of one size.",
    "several_blocks": "There is more than one signature block.",
}
_OTHER = "The file cannot be signed safely."


def refusal(code: str) -> str:
    """The sentence for a code of BadDocument or BadPlacement, a general one for an unknown code."""
    return REFUSALS.get(code, _OTHER)
