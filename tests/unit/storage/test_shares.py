"""On which kind of file system a folder lies, from what the kernel says of its mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.storage.shares import OnNetworkShare, file_system_of, refuse_share

MOUNTS = r"""27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 0:50 / /srv/share rw,relatime shared:12 master:3 - cifs //10.0.0.2/hedui rw,vers=3.1.1
41 40 0:51 / /srv/share/local rw,relatime - xfs /dev/vdb rw
43 27 0:53 / /twice rw - nfs server:/old rw
44 43 0:54 / /twice rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/hedui", "ext4"),
        ("/srv/share/hedui/data", "cifs"),
        ("/srv/share/local/data", "xfs"),
        ("/srv/shared", "ext4"),
        ("/twice/data", "tmpfs"),
    ],
)
def test_the_mount_that_is_nearest_and_last_says_the_kind(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert file_system_of(Path(folder), mounts) == kind


def test_a_space_in_the_name_of_a_mount_is_read(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("27 1 254:0 / / rw - ext4 /dev/vda rw\n42 27 0:52 / /mnt/共\\040享 rw - nfs4 server:/export rw\n")
    assert file_system_of(Path("/mnt/共 享/data"), mounts) == "nfs4"


def test_where_the_kernel_does_not_tell_nothing_is_refused(tmp_path: Path) -> None:
    assert file_system_of(tmp_path, tmp_path / "none") is None


def test_this_machines_own_disk_is_no_share(tmp_path: Path) -> None:
    refuse_share(tmp_path / "data")
    assert issubclass(OnNetworkShare, RuntimeError)
