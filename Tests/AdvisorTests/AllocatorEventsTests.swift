import Profiles
import Recordings
import Testing

@testable import Advisor

@Suite struct AllocatorEventsTests {
  /// The kernel's accounting vectors are excluded from sizes and call sites; objects of the workload are included.
  @Test func metadataOfAllocatorHasNoDemand() throws {
    let symbols = ["alloc_slab_obj_exts.isra.0+0x1/0x2", "sk_alloc"]
    func event(_ site: UInt32, _ slot: UInt32, _ outcome: AllocationEvent.Outcome) -> AllocationEvent {
      AllocationEvent(
        time: 1, slot: slot, requestedBytes: 128, allocatedBytes: 128, site: site, cache: AllocationEvent.noCache,
        cpu: 0, kind: outcome == .freed ? .kfree : .kmalloc, outcome: outcome)
    }
    let events = [event(0, 0, .allocated), event(1, 1, .allocated), event(0, 0, .freed)]
    let profile = try AllocationProfile(of: EventListSource(events, symbols: symbols))
    let demand = SizeDemand(profile)
    #expect(demand.events == 3 && demand.sizes == [128] && demand.requests == [1] && demand.liveAtPeak == [1])
    #expect(CallSiteDemand.all(in: profile).map(\.name) == ["sk_alloc"])
    #expect(TrafficCoverage(profile, unknownSizes: 0).allocations == 1)
    #expect(AllocatorCallSites.contains("alloc_slab_obj_exts") && !AllocatorCallSites.contains("alloc_slab_page+0x1"))
  }
}
