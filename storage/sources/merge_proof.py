"""Whether two sources are one, so that the stories of the first may become those of the second. Pure.

A redirect alone proves nothing: whoever serves the first address writes it, and would get stories of its own under the
name of the other source. Proof is that the first address covers the second (one publisher has both), or that
most of the latest stories of the first source were in the other one too.
"""

from __future__ import annotations

from newsdesk.storage.records.addresses.areas import area_of, covers
from newsdesk.storage.sources.moves import MergeEvidence


def merge_proof(evidence: MergeEvidence) -> tuple[bool, str]:
    """Whether the sources are one, and why or why not."""
    if covers(area_of(evidence.address), area_of(evidence.other_address)):
        return True, "both addresses are of one publisher"
    if evidence.own == 0:
        return True, "it has no stories of its own"
    shared = f"{evidence.shared} of its {evidence.own} latest stories are in the other source too"
    return 2 * evidence.shared > evidence.own, shared
