"""What a browser may say about an answer besides changing it: remarks, proposals, decisions."""

from typing import Annotated, Literal

from pydantic import Field

from domain.proposal import Part
from domain.remarks import FARTHEST
from ui.live.wire import CadIndex, Count, Id, Message, Text, Uuid, WireAnswer, WirePose

MOST_READ = 500

Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]


class WirePhotoPin(Message):
    """A point of the photo, in image pixels."""

    on: Literal["photo"]
    u: Coordinate
    v: Coordinate


class WireObjectPin(Message):
    """The point of the model that is seen at this pixel when it has this pose; the photo's where none is."""

    on: Literal["object"]
    u: Coordinate
    v: Coordinate
    pose: WirePose
    cad_index: CadIndex


WirePin = Annotated[WirePhotoPin | WireObjectPin, Field(discriminator="on")]


class AddRemark(Message):
    type: Literal["remark_add"]
    assignment: Id
    entry_id: Uuid
    pin: WirePin | None
    text: Text


class ReplyToRemark(Message):
    type: Literal["remark_reply"]
    assignment: Id
    remark: Id
    entry_id: Uuid
    text: Text


class ResolveRemark(Message):
    type: Literal["remark_resolve"]
    assignment: Id
    remark: Id
    resolved: bool


class ReadRemarks(Message):
    type: Literal["remarks_read"]
    assignment: Id
    remarks: Annotated[list[Id], Field(max_length=MOST_READ)]


class Propose(Message):
    """`version`: the assignment's as the proposer saw it."""

    type: Literal["propose"]
    assignment: Id
    proposal_id: Uuid
    version: Count
    answer: WireAnswer
    comment: Text


class TakeProposal(Message):
    """A gesture that the server makes: `op_id` and `base_version` as of an op."""

    type: Literal["proposal_take"]
    assignment: Id
    op_id: Uuid
    base_version: Count
    proposal: Id
    parts: Annotated[list[Part], Field(min_length=1, max_length=len(Part))]


class EndProposal(Message):
    """Declined by those who work on it, or withdrawn by its author."""

    type: Literal["proposal_decline", "proposal_withdraw"]
    assignment: Id
    proposal: Id


class Decide(Message):
    """On the revision that was judged; to open again needs none."""

    type: Literal["decide"]
    assignment: Id
    decision: Literal["accept", "send_back", "reopen"]
    revision: Count
    reason: Text = ""


class Fix(Message):
    """The reviewer's own answer in place of the judged one, accepted; or, where it `adjudicates`, before everybody's
    answers to the item, which stay as they are."""

    type: Literal["fix"]
    assignment: Id
    save_id: Uuid
    revision: Count
    answer: WireAnswer
    adjudicates: bool = False


class ReadDecision(Message):
    type: Literal["decision_read"]
    assignment: Id


ReviewMessage = (
    AddRemark
    | ReplyToRemark
    | ResolveRemark
    | ReadRemarks
    | Propose
    | TakeProposal
    | EndProposal
    | Decide
    | Fix
    | ReadDecision
)
