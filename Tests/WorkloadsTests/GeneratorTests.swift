import Recordings
import Testing

@testable import Workloads

@Suite struct GeneratorTests {
  @Test(arguments: WorkloadCatalog.workloads.map(\.name))
  func equalSeedsGiveEqualEvents(name: String) throws {
    var first = try WorkloadCatalog.make(name, seed: 7)
    var second = try WorkloadCatalog.make(name, seed: 7)
    var other = try WorkloadCatalog.make(name, seed: 8)
    let events = try take(100, of: &first)
    #expect(events == (try take(100, of: &second)))
    #expect(events != (try take(100, of: &other)))
    first.rewind()
    #expect(events == (try take(100, of: &first)))
  }

  @Test(arguments: WorkloadCatalog.workloads.map(\.name))
  func freesNameLiveObjectsAndAllocationsNameFreeSlots(name: String) throws {
    var source = try WorkloadCatalog.make(name, seed: 3)
    var live: Set<UInt32> = []
    var last: UInt64 = 0
    for event in try take(400, of: &source) {
      switch event.outcome {
      case .allocated: #expect(live.insert(event.slot).inserted)
      case .freed: #expect(live.remove(event.slot) != nil)
      default: Issue.record("a generator frees only live objects: \(event)")
      }
      #expect(event.time >= last && Int(event.cpu) < source.cpuCount)
      last = event.time
    }
  }

  @Test func imixSizesAreAtSevenToFourToOne() throws {
    var source = try WorkloadCatalog.make("imix", seed: 1)
    var sizes: [UInt32: Int] = [:]
    let data = try take(2000, of: &source).filter {
      $0.isAllocation && $0.requestedBytes != NetworkCache.head.bytes.object
    }
    for event in data { sizes[event.requestedBytes, default: 0] += 1 }
    // Small packets fit the small head; the other two sizes depend on the headroom of received and of sent packets.
    let small = sizes[UInt32(SkbLayout.smallHeadBytes)] ?? 0
    let large = sizes.filter { $0.key > 1500 }.values.reduce(0, +)
    let shares = [small, data.count - small - large, large].map { Double($0) / Double(data.count) * 12 }
    #expect(abs(shares[0] - 7) < 0.1 && abs(shares[1] - 4) < 0.1 && abs(shares[2] - 1) < 0.1, "\(shares)")
  }

  @Test func burstFillsAndDrainsTheQueues() throws {
    var source = try WorkloadCatalog.make("burst", seed: 1)
    var (live, most, leastAfter) = (0, 0, Int.max)
    for event in try take(200, of: &source) {
      live += event.isAllocation ? 1 : -1
      most = max(most, live)
      if most >= 24_000 { leastAfter = min(leastAfter, live) }
    }
    #expect(most >= 24_000 && leastAfter < 2000)
  }

  @Test func errorForUnknownNameSuggestsTheMostSimilarOne() {
    let error = UnknownName(kind: "workload", name: "imx", known: WorkloadCatalog.names)
    #expect(throws: error) { try WorkloadCatalog.make("imx", seed: 1) }
    #expect(
      error.description
        == "unknown workload 'imx'; did you mean imix?; known: \(WorkloadCatalog.names.joined(separator: ", "))")
  }

  /// In recordings of Linux 6.18 a head has 224 bytes, a small head 576 bytes, and 1500 bytes are in a kmalloc-2k
  /// object.
  @Test func modelledSizesEqualRecordedSizes() {
    let full = SkbLayout.dataBytes(headroom: SkbLayout.receivePad, payload: 1514)
    #expect(full == 1920 && SkbLayout.kmallocBytes(full) == 2048)
    let middle = SkbLayout.dataBytes(headroom: SkbLayout.receivePad, payload: 590)
    #expect(SkbLayout.kmallocBytes(middle) == 1024)
    #expect(SkbLayout.dataBytes(headroom: SkbLayout.receivePad, payload: 54) <= SkbLayout.smallHeadBytes)
    #expect([1, 65, 97, 129, 193, 8193].map(SkbLayout.kmallocBytes) == [8, 96, 128, 192, 256, 16384])
  }

  private func take(_ batches: Int, of source: inout any AllocationEventSource) throws -> [AllocationEvent] {
    var (events, batch): ([AllocationEvent], [AllocationEvent]) = ([], [])
    for _ in 0..<batches {
      try source.nextBatch(into: &batch)
      events += batch
    }
    return events
  }
}
