"""What became of a run, told to those who are not at the server: by mail, to a group chat, to another program.

A message is written down before it is sent, and stays until every channel has taken it: a release is never made again
because a message was lost. Messages hold no value of any person, since they leave the house.
"""

from pipelines.notification.channels import AddressBroken, Channel, channels_of
from pipelines.notification.outbox import Notification, Outbox, deliver

__all__ = ["AddressBroken", "Channel", "Notification", "Outbox", "channels_of", "deliver"]
