"""Which addresses an article page may call its own: what it says and what was found there in, the answer out. Pure.

A page may have any address of its own origin that is another form of its path (`same_family`). Any other one only with
proof: the page there points here, or it has the same text. In the second case the page there is the one that counts:
its values are kept, and its address is the main one, so that a copy can never replace the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsdesk.storage.records.pages import Claim, needs_proof
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.similarity import same_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a page gives after its claims were judged. `proven`: the keys of claimed addresses with proof. `moved`: the
    values are those of the page at the claimed address. `notes`: why each claim was accepted or not, for people."""

    page_story: Story
    story: Story
    proven: frozenset[str] = frozenset()
    moved: bool = False
    notes: tuple[str, ...] = ()


def settle_claims(page_story: Story, story: Story, claims: Sequence[Claim]) -> Settled:
    """Judge the claims of a page that alone gives `page_story`, and together with its feed `story`."""
    unproven = {address.key: address for address in needs_proof(story)}
    settled = Settled(page_story=page_story, story=story)
    if not unproven:
        return settled
    own = tuple(address for address in story.addresses if address.key not in unproven)
    by_key = {claim.address.key: claim for claim in claims}
    for key, address in unproven.items():
        claim = by_key.get(key)
        points_here, same, reason = _judge(page_story, own, claim)
        mark = "is its own" if points_here or same else "is not its own"
        shown = address.url.partition("?")[0][:150]  # a parameter may be a secret
        notes = (*settled.notes, f"the claimed address {shown} {mark}: {reason}")
        settled = replace(settled, notes=notes)
        if same and claim is not None and claim.own is not None and claim.story is not None:
            return replace(
                settled,
                page_story=replace(claim.own, addresses=(address, *own)),
                story=replace(claim.story, addresses=(address, *own)),
                proven=frozenset((key, *(one.key for one in own))),
                moved=True,
            )
        if points_here:
            own = (*own, address)
            settled = replace(settled, proven=settled.proven | {key})
    return replace(
        settled,
        page_story=replace(settled.page_story, addresses=own),
        story=replace(settled.story, addresses=own),
    )


def _judge(page_story: Story, own: Sequence[Address], claim: Claim | None) -> tuple[bool, bool, str]:
    """Whether the page at the claimed address points here, whether it has the same text, and the reason."""
    if claim is None:
        return False, False, "it was not fetched"
    if claim.own is None:
        return False, False, f"it could not be read ({claim.message})"
    keys = {address.key for address in own}
    if any(address.key in keys for address in claim.own.addresses):
        return True, False, "the page there points here"
    if same_text(page_story.uncut_text, claim.own.uncut_text):
        return False, True, "the page there has the same text"
    return False, False, "the page there has another text and does not point here"
