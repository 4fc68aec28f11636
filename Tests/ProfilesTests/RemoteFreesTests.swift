import Recordings
import Testing

@testable import Profiles

/// Remote frees: frees by another CPU than the one that allocated the object.
struct RemoteFreesTests {
  /// Returns the profile of objects of two call sites, of which some are freed by another CPU.
  /// - Parameter remote: Number of remote frees of each call site. Two further objects are freed by their own CPU.
  private func profile(remote: [Int], name: String) -> AllocationProfile {
    var (events, slot) = ([AllocationEvent](), UInt32(0))
    func add(_ site: UInt32, _ cpu: UInt16, _ outcome: AllocationEvent.Outcome) {
      let bytes: UInt32 = outcome == .freed ? 0 : 64
      events.append(
        AllocationEvent(
          time: UInt64(events.count), slot: slot, requestedBytes: bytes, allocatedBytes: bytes, site: site,
          cache: AllocationEvent.noCache, cpu: cpu, kind: outcome == .freed ? .kfree : .kmalloc, outcome: outcome))
    }
    for (site, count) in remote.enumerated() {
      for number in 0..<count + 2 {
        let cpu = UInt16(number % 2)
        add(UInt32(site), cpu, .allocated)
        add(UInt32(site), number < count ? 1 - cpu : cpu, .freed)
        slot += 1
      }
      // An object that ends without a free is not freed by any CPU.
      add(UInt32(site), 0, .allocated)
      add(UInt32(site), 1, .allocatedOverLive)
      slot += 1
    }
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(events, symbols: ["a+0x1/0x2", "b+0x1/0x2"])
    return collector.profile(name: name)
  }

  private func remoteFrees(_ profile: AllocationProfile) -> [Int] {
    profile.rows(by: .site).sorted { $0.site ?? "" < $1.site ?? "" }.map(\.figures.remoteFrees)
  }

  @Test("Remote frees are counted by context and by CPU, also after merging and subtracting")
  func counts() {
    let (one, other) = (profile(remote: [3, 0], name: "one"), profile(remote: [1, 4], name: "other"))
    #expect(one.figures.map(\.remoteFrees) == [3, 0] && one.figures.map(\.freeObjects) == [5, 2])
    #expect(one.figures.map(\.unseenFrees) == [1, 1])
    #expect(one.freesByCPU == [[2, 2], [1, 2]])
    #expect(one.figures.map(\.remoteShare) == [0.6, 0])
    let both = one.merged(with: other)
    #expect(remoteFrees(both) == [4, 4] && remoteFrees(both.subtracting(one)) == [1, 4])
    #expect(both.rows(by: .cache).map(\.figures.remoteFrees) == [8])
    let byCPU = both.rows(by: .cpu).map(\.figures)
    #expect(byCPU.reduce(0) { $0 + $1.remoteFrees } == 8 && byCPU.reduce(0) { $0 + $1.freeObjects } == 16)
    var figures = AllocationFigures()
    figures.remoteFrees = 1
    #expect(!figures.isEmpty && AllocationFigures().isEmpty && AllocationFigures().remoteShare == 0)
  }
}
