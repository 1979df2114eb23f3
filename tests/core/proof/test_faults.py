"""Which paths of a receipt strayed: by them a later receipt may answer for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.names import RepoPath
from scafld.core.proof.faults import Descent, Scene, of_material, strayed
from scafld.core.proof.git_names import Footing

if TYPE_CHECKING:
    from conftest import Proofs


def test_a_name_that_was_given_up_and_taken_again(p: Proofs) -> None:
    """It is what strayed, and not the file that has another name since."""
    old, new = RepoPath("old.py"), RepoPath("new.py")
    file = p.file(path=new, change=ChangeKind.RENAMED, was=old)
    receipt = p.receipt(material=p.material(file))
    assert file.digest is not None
    standing = (FileKind.FILE, file.digest)
    scene = Scene(
        ground=Footing(folder=receipt.material.folder, tree=receipt.material.tree),
        files={new: standing, old: standing},
        descent=Descent.OF_IT,
    )

    assert tuple(of_material(receipt, scene)) == ("old.py was renamed, and is there",)
    assert strayed(receipt, scene) == {old}
