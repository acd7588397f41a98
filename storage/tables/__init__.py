"""The tables, one module a family. Importing this package fills `metadata`; rows never leave `storage`."""

from sqlmodel import SQLModel

from storage.tables.account import LoginAttempt, LoginSession, User
from storage.tables.annotation import Annotation, Draft, OpRow, Revision
from storage.tables.collaborator import Collaborator
from storage.tables.effort import Effort, EffortDay
from storage.tables.items import Gold, Image, ImportedLabel, Item, Prediction
from storage.tables.jobs import Job, JobPart
from storage.tables.judgement import Adjudication, Evaluation, EvaluationAnswer, EvaluationPair, QualityVerdict
from storage.tables.library import CadModel, Category, Dataset
from storage.tables.password_link import PasswordLink
from storage.tables.preference import Preference
from storage.tables.qualification import (
    ExamAnswer,
    ExamAttempt,
    ExamRule,
    ExamStanding,
    FlipQuestion,
    GoldAlert,
    GoldCheck,
    GoldRule,
    Requirement,
)
from storage.tables.record import Audit, Meta, Outbox
from storage.tables.review import Proposal, ReadyRemark, Remark, RemarkEntry, RemarkRead, Review
from storage.tables.work import Assignment, FormerHolder, Task

metadata = SQLModel.metadata

__all__ = [
    "Adjudication",
    "Annotation",
    "Assignment",
    "Audit",
    "CadModel",
    "Category",
    "Collaborator",
    "Dataset",
    "Draft",
    "Effort",
    "EffortDay",
    "Evaluation",
    "EvaluationAnswer",
    "EvaluationPair",
    "ExamAnswer",
    "ExamAttempt",
    "ExamRule",
    "ExamStanding",
    "FlipQuestion",
    "FormerHolder",
    "Gold",
    "GoldAlert",
    "GoldCheck",
    "GoldRule",
    "Image",
    "ImportedLabel",
    "Item",
    "Job",
    "JobPart",
    "LoginAttempt",
    "LoginSession",
    "Meta",
    "OpRow",
    "Outbox",
    "PasswordLink",
    "Prediction",
    "Preference",
    "Proposal",
    "QualityVerdict",
    "ReadyRemark",
    "Remark",
    "RemarkEntry",
    "RemarkRead",
    "Requirement",
    "Review",
    "Revision",
    "Task",
    "User",
    "metadata",
]
