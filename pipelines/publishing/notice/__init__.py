"""Public notices: the list of those who are paid dibao or tekun, as a village posts it, on paper and as a page.

Whom a notice lists is chosen in dbt (`int_notice__listed`), what it shows of them by the seeds `notice_rule` and
`notice_column`. Here it is masked, held against its contract, written, and looked at once more as a stranger would: a
finished notice that names a minor, an illness or a number is never handed out. What does not belong here: lists for the
office (worklists), figures for the public (statistics).
"""

from pipelines.publishing.notice.listing import NoNotice
from pipelines.publishing.notice.posting import Asked, NoticeRefused, Posted, post_notices

__all__ = ["Asked", "NoNotice", "NoticeRefused", "Posted", "post_notices"]
