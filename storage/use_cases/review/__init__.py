"""The reviewer's side of the work: decide on saved answers, remark, propose, look back."""

from storage.use_cases.review.decisions import (
    Batch,
    Decided,
    Judged,
    JudgedRevisionGone,
    accept,
    accept_many,
    fix_and_accept,
    read_decision,
    reopen,
    send_back,
)
from storage.use_cases.review.history import History, history_of, restore_revision
from storage.use_cases.review.pictured import Pictured, pictured_prediction, pictured_proposal, pictured_revision
from storage.use_cases.review.proposals import Taken, decline_proposal, propose, take_proposal, withdraw_proposal
from storage.use_cases.review.queue import Queue, QueueChoices, Queued, QueueFilter, queue_choices, review_queue
from storage.use_cases.review.ready import ready_remarks, remark_categories, set_ready_remarks
from storage.use_cases.review.remarks import add_remark, read_remarks, reply_to_remark, resolve_remark
from storage.use_cases.review.talk import Entry, LastDecision, Offered, Talk, Thread, talk_of
from storage.use_cases.review.unread import Unread, unread_remarks

__all__ = [
    "Batch",
    "Decided",
    "Entry",
    "History",
    "Judged",
    "JudgedRevisionGone",
    "LastDecision",
    "Offered",
    "Pictured",
    "Queue",
    "QueueChoices",
    "QueueFilter",
    "Queued",
    "Taken",
    "Talk",
    "Thread",
    "Unread",
    "accept",
    "accept_many",
    "add_remark",
    "decline_proposal",
    "fix_and_accept",
    "history_of",
    "pictured_prediction",
    "pictured_proposal",
    "pictured_revision",
    "propose",
    "queue_choices",
    "read_decision",
    "read_remarks",
    "ready_remarks",
    "remark_categories",
    "reopen",
    "reply_to_remark",
    "resolve_remark",
    "restore_revision",
    "review_queue",
    "send_back",
    "set_ready_remarks",
    "take_proposal",
    "talk_of",
    "unread_remarks",
    "withdraw_proposal",
]
