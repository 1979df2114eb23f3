"""What a model is given: one deterministic brief within budgets of bytes, whose omissions are listed.

packet = packet_of(brief, Budgets(task=131_072, files=16_384, key="review.context.required_max_bytes"))
packet.text                       # what is sent; packet.digest names it
for row in packet.spent:          # every section and every file
    row.title, row.name, row.size, row.shown, row.omitted, row.why

The generic part is `assemble`: sections (`section`) are paid for by rank (`spending`), listed at the top (`manifest`),
and written so that nothing in them forges a heading or closes a fence (`quoting`). Three briefs use it.
"""

from scafld.core.views.packet.assembly import Budgets, Cover, Packet, assemble
from scafld.core.views.packet.changed_files import drift_paths, paths_of
from scafld.core.views.packet.earlier import Dismissed
from scafld.core.views.packet.handing import handing_in
from scafld.core.views.packet.hardening_brief import HardeningBrief, hardening_packet
from scafld.core.views.packet.manifest import Spent
from scafld.core.views.packet.patches import Patch, patches_of
from scafld.core.views.packet.planning_brief import PlanningBrief, planning_packet
from scafld.core.views.packet.project_files import ProjectFile, ProjectFiles, Unshown
from scafld.core.views.packet.review_brief import Brief, packet_of
from scafld.core.views.packet.section import MUST, Keep, Piece, Purse, Rank, Section, Withheld

__all__ = [
    "MUST",
    "Brief",
    "Budgets",
    "Cover",
    "Dismissed",
    "HardeningBrief",
    "Keep",
    "Packet",
    "Patch",
    "Piece",
    "PlanningBrief",
    "ProjectFile",
    "ProjectFiles",
    "Purse",
    "Rank",
    "Section",
    "Spent",
    "Unshown",
    "Withheld",
    "assemble",
    "drift_paths",
    "handing_in",
    "hardening_packet",
    "packet_of",
    "patches_of",
    "paths_of",
    "planning_packet",
]
