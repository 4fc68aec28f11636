import Profiles
import Recordings
import Testing

@testable import slabscope

/// The first seconds of a recording as a source of events.
struct SourceIntervalTests {
  private func event(_ time: UInt64, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, used: UInt32?)
    -> AllocationEvent
  {
    let bytes: UInt32 = kind == .kmalloc ? 2_048 : 0
    return AllocationEvent(
      time: time, slot: 0, requestedBytes: bytes, allocatedBytes: bytes, site: 0, cache: AllocationEvent.noCache,
      cpu: 0, kind: kind, outcome: outcome, usedBytes: used)
  }

  @Test("The profile of the first seconds of a recording has the bytes in use of its objects, and the needed sizes")
  func usedBytes() throws {
    let events = [
      event(0, .kmalloc, .allocated, used: nil), event(10, .kfree, .freed, used: 1_100),
      event(5_000_000, .kmalloc, .allocated, used: nil),
    ]
    var writer = SlabtraceWriter(name: "x", summary: "", usedBytesMethod: .buffer)
    writer.append(events, symbols: ["kmalloc_reserve+0x1/0x2"])
    var counts = ImportStatistics()
    (counts.events, counts.cpuCount) = (events.count, 1)
    let bytes = writer.finish(symbols: ["kmalloc_reserve+0x1/0x2"], counts: counts)
    let interval = try #require(SourceInterval(try Recording(bytes: bytes, name: "x"), seconds: 1))
    let profile = try AllocationProfile(of: interval)
    #expect(profile.events == 2 && profile.contexts.map(\.usedBytes) == [1_100] && profile.sizes == [1_152])
  }
}
