import Testing

@testable import Telemetry

@Suite struct HistoryPeakTests {
  private func snapshots(_ bytes: [Int]) -> [Snapshot] {
    bytes.map { bytes in
      var snapshot = Snapshot()
      snapshot.ledger[.livePayload] = bytes - 1
      snapshot.ledger[.emptySlabs] = 1
      // Memory outside slabs does not count.
      snapshot.ledger[.freePages] = 1 << 40 - bytes
      snapshot.ledger[.otherUse] = bytes % 7 << 20
      snapshot.caches = [CacheSnapshot(name: "a")]
      return snapshot
    }
  }

  @Test func peakOfEachIntervalIsRead() throws {
    let folder = try HistoryFolder()
    let bytes = (0..<1000).map { $0 % 37 * 1000 + 1 }
    try record(snapshots(bytes), to: folder("h"))
    let file = try HistoryFile(path: folder("h"))
    for (range, intervals) in [(0..<1000, 10), (100..<900, 7), (3..<5, 1), (17..<18, 4)] {
      let peaks = try file.peaks(in: range, intervals: intervals)
      #expect(peaks.count <= intervals && peaks.last?.lastIndex == range.last)
      var first = range.lowerBound
      for peak in peaks {
        #expect(peak.snapshot.ledger.slabBytes == bytes[first...peak.lastIndex].max() && peak.snapshot.caches.isEmpty)
        first = peak.lastIndex + 1
      }
    }
    #expect(try file.peaks(in: 5..<5, intervals: 3).isEmpty)
    // A range with no more snapshots than intervals is read completely.
    let all = try file.peaks(in: 40..<60, intervals: 20)
    #expect(all.map(\.lastIndex) == Array(40..<60) && all.map { $0.snapshot.ledger.slabBytes } == Array(bytes[40..<60]))
  }

  @Test func intervalsWithoutSnapshotsAreLeftOut() throws {
    let folder = try HistoryFolder()
    let recorder = try HistoryRecorder(path: folder("h"))
    for (time, snapshot) in zip([0.0, 1, 2, 100, 101, 102], snapshots([5, 9, 5, 3, 2, 1])) {
      try recorder.append(snapshot, at: time)
    }
    let peaks = try HistoryFile(path: folder("h")).peaks(in: 0..<6, intervals: 5)
    #expect(peaks.map(\.lastIndex) == [2, 5] && peaks.map { $0.snapshot.ledger.slabBytes } == [9, 3])
  }
}
