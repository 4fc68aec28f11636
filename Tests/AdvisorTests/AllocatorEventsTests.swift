import Recordings
import Testing
import Workloads

@testable import Advisor

@Suite struct AllocatorEventsTests {
  /// The kernel's accounting vectors are excluded from profile and advice; objects of the workload are included.
  @Test func metadataOfAllocatorIsNotProfiled() throws {
    let exact = try RequestSizes(of: WorkloadCatalog.make("burst", seed: 1))
    var collector = ProfileCollector(from: 0, countsEvents: false, sizes: exact)
    let symbols = ["alloc_slab_obj_exts.isra.0+0x1/0x2", "sk_alloc"]
    func event(_ site: UInt32, _ slot: UInt32, _ outcome: AllocationEvent.Outcome) -> AllocationEvent {
      AllocationEvent(
        time: 1, slot: slot, requestedBytes: 128, allocatedBytes: 128, site: site, cache: AllocationEvent.noCache,
        cpu: 0, kind: outcome == .freed ? .kfree : .kmalloc, outcome: outcome)
    }
    collector.add(event(0, 0, .allocated), symbols)
    collector.add(event(1, 1, .allocated), symbols)
    collector.add(event(0, 0, .freed), symbols)
    #expect(collector.events == 3 && collector.peakEvent == 2)
    #expect(AllocatorCallSites.contains("alloc_slab_obj_exts") && !AllocatorCallSites.contains("alloc_slab_page+0x1"))
  }
}
