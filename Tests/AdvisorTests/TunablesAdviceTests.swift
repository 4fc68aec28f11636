import Foundation
import Recordings
import Testing
import Workloads

@testable import Advisor

@Suite struct TunablesAdviceTests {
  /// Bursts of objects of 4 KiB, each of which is freed in full: what CPUs' lists and the node keep of them is waste.
  private func recording(bursts: Int, objects: Int) throws -> Recording {
    let symbols = ["f+0x1/0x2", "cache"]
    var (writer, events, time) = (SlabtraceWriter(name: "bursts", summary: ""), [AllocationEvent](), UInt64(1000))
    func event(_ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, _ slot: Int) {
      time += 10
      events.append(
        AllocationEvent(
          time: time, slot: UInt32(slot), requestedBytes: outcome == .freed ? 0 : 4096,
          allocatedBytes: outcome == .freed ? 0 : 4096, site: 0, cache: 1, cpu: 0, kind: kind, outcome: outcome))
    }
    for _ in 0..<bursts {
      for slot in 0..<objects { event(.kmemCacheAlloc, .allocated, slot) }
      for slot in (0..<objects).reversed() { event(.kmemCacheFree, .freed, slot) }
      time += 1_000_000
    }
    writer.append(events, symbols: symbols)
    return try Recording(bytes: writer.finish(symbols: symbols, counts: TraceLineCounts()), name: "bursts")
  }

  @Test func slabsThatAreKeptForNothingAreAdvisedAgainst() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 200), start: nil)
    let setting = try #require(advice.settings.first)
    // Six empty slabs of 32 KiB on the node (min_partial), and two on the CPU's list.
    #expect(setting.cache == "cache" && setting.minimumPartial == TunablesAdvice.Change(from: 6, to: 0))
    #expect((128 << 10...256 << 10).contains(setting.searched.meanBytes), "\(setting.searched.meanBytes)")
    #expect(setting.heldOut.meanBytes > 128 << 10 && advice.settings.count == 1)
    #expect(setting.commands.contains("echo 0 > /sys/kernel/slab/cache/min_partial"))
    // The only cache that is set: what is promised is what the replay of all settings gives.
    #expect(advice.together == [setting.searched, setting.heldOut])
    #expect(advice.searchedEvents == 4000 && advice.events == 8000)
    #expect(!advice.isBestLeft && advice.text.contains("change the settings"))
    #expect(advice.text.contains("together, replayed") && advice.text.contains("min_partial"))
    #expect(try advice.json().contains("\"held_out\""))
  }

  @Test func whereLittleIsKeptTheAdviceIsToLeaveIt() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 2), start: nil)
    #expect(advice.settings.isEmpty && advice.text.contains("leave it"))
  }
}
