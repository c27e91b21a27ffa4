"""What the agents of the lab PCs call: they keep the lab share equal to the status folders."""

from __future__ import annotations

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Nothing
from chalicelib.api.sync_schemas import CandidateAnnouncement, Heartbeat, ManifestQuery
from chalicelib.api.views.sync import CandidateTicket, LeadershipView, ManifestPage, PlacedCandidate
from chalicelib.aws import counters
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import SYSTEM, Caller
from chalicelib.services import agents, candidates, share
from chalicelib.services.candidates import Saved

routes = Routes()


@routes.get("/sync/manifest", allow={Actor.AGENT}, refuses=(410,))
def list_share(call: Call, query: ManifestQuery) -> ManifestPage:
    """What the share must hold: everything, and from the cursor of the last answer on what may have changed.

    Asking again while nothing has changed costs the session check and two read units. A listing of
    everything is complete when `more` is false: what moved while it was read comes at its end.
    """
    page = share.manifest(query.cursor, counters.tally(), archived=query.archived, limit=query.limit)
    return ManifestPage.of(page)


@routes.post("/sync/candidates", allow={Actor.AGENT}, status=201, refuses=(404,))
def announce_candidate(call: Call, saved: CandidateAnnouncement) -> CandidateTicket:
    """Announce a file that a slicer saved, in whatever folder: its name says whose it is."""
    return CandidateTicket.of(candidates.announce(Saved(**saved.model_dump())))


@routes.post("/sync/candidates/{candidate_id}/complete", allow={Actor.AGENT}, refuses=(410,))
def complete_candidate(call: Call, candidate_id: str, _: Nothing) -> PlacedCandidate:
    """Verify what arrived and place it beside its job, wherever that stands now; repeating it is safe."""
    by = Caller(SYSTEM.actor, SYSTEM.name, call.workstation.workstation.id)
    return PlacedCandidate.of(candidates.complete(candidate_id, by))


@routes.post("/sync/heartbeat", allow={Actor.AGENT}, keeps_answer=False)
def note_heartbeat(call: Call, said: Heartbeat) -> LeadershipView:
    """Say how the agent is, and ask to lead: only the agent that leads at a share changes it."""
    facts = said.model_dump(mode="json", exclude={"share_id", "instance", "lead"})
    station = call.workstation.workstation.id
    return LeadershipView.of(agents.heartbeat(station, said.instance, said.share_id, said.lead, facts))
