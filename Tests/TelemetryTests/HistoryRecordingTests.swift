import Foundation
import Testing

@testable import Telemetry

@Suite struct HistoryRecordingTests {
  @Test func laterRunsAppendToTheSameFile() throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: 7)
    let snapshots = walk.steps(90)
    for run in 0..<3 {
      try record(Array(snapshots[run * 30..<run * 30 + 30]), to: folder("h"), from: Double(run * 100))
    }
    let file = try HistoryFile(path: folder("h"))
    #expect(try file.snapshots(in: 0..<90) == snapshots)
    #expect(file.recordedSnapshots.map(\.run) == (0..<90).map { $0 / 30 + 1 })
    #expect(file.index(nearest: 129.4) == 59 && file.index(nearest: -5) == 0 && file.index(nearest: 1e9) == 89)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["h"], "the log was not removed")
  }

  @Test func fileIsReadableDuringRecording() throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: 8)
    let recorder = try HistoryRecorder(path: folder("h"))
    let file = try HistoryFile(path: folder("h"))
    #expect(file.count == 0 && file.index(nearest: 0) == nil)
    var snapshots: [Snapshot] = []
    for time in 0..<200 {
      snapshots.append(walk.step())
      try recorder.append(snapshots[time], at: Double(time))
      if time % 50 == 9 {
        #expect(try file.refresh() == 0 && file.count == time + 1)
        #expect(try file.snapshot(at: time) == snapshots[time])
      }
    }
    try file.forEachSnapshot(in: 0..<file.count) { index, snapshot in
      // A snapshot appended during the iteration is not blocked by it, and the iteration does not see it.
      if index == 3 { try recorder.append(walk.step(), at: 200) }
      #expect(snapshot == snapshots[index])
    }
    try recorder.finish()
    #expect(try file.refresh() == 0 && file.count == 201)
    #expect(try file.snapshot(at: 200) == walk.snapshot)
  }

  @Test func secondRecorderOfTheSameFileIsRefused() throws {
    let folder = try HistoryFolder()
    do {
      let one = try HistoryRecorder(path: folder("h"))
      try one.append(sampleSnapshot(), at: 0)
      let error = try #require(throws: HistoryError.self) { _ = try HistoryRecorder(path: folder("h")) }
      #expect(
        error.description.hasSuffix("another slabscope is recording to it; use a different file for each recorder"))
      try one.append(Snapshot(), at: 2)
    }
    #expect(try HistoryFile(path: folder("h")).snapshots(in: 0..<2) == [sampleSnapshot(), Snapshot()])
    // After the first recorder has ended, another one can append.
    try record([sampleSnapshot()], to: folder("h"))
    #expect(try HistoryFile(path: folder("h")).count == 3)
  }

  @Test func deletionDuringRecordingIsAnError() throws {
    let folder = try HistoryFolder()
    let recorder = try HistoryRecorder(path: folder("h"))
    try recorder.append(sampleSnapshot(), at: 0)
    try FileManager.default.removeItem(atPath: folder("h"))
    let error = try #require(throws: HistoryError.self) { try recorder.append(sampleSnapshot(), at: 1) }
    #expect(error.description.hasSuffix("was deleted or replaced during the recording; start a new recording"))
  }

  @Test func fullDiskLosesOnlyTheFailedSnapshots() throws {
    let folder = try HistoryFolder()
    let recorder = try HistoryRecorder(path: folder("h"))
    var walk = SnapshotWalk(seed: 9)
    for _ in 0..<50 { _ = walk.step() }
    var kept: [Snapshot] = []
    var failures = 0
    try recorder.limitPages(40)
    for time in 0..<1000 {
      let snapshot = walk.step()
      do {
        try recorder.append(snapshot, at: Double(time))
        kept.append(snapshot)
      } catch {
        #expect(
          error.description
            == "\(folder("h")): no space left on the device; free some space (the snapshots recorded so far stay readable)"
        )
        failures += 1
        if failures == 1 { #expect(try HistoryFile(path: folder("h")).snapshots(in: 0..<kept.count) == kept) }
        if failures == 5 { try recorder.limitPages(4000) }
      }
    }
    #expect(failures >= 5 && kept.count > 100)
    #expect(try HistoryFile(path: folder("h")).snapshots(in: 0..<kept.count) == kept)
  }

  @Test(arguments: 1...6) func onlySnapshotsOlderThanTheRetentionTimeAreDeleted(seed: UInt64) throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: seed)
    var snapshots: [Snapshot] = []
    var file: HistoryFile?
    var gone = 0
    for run in 0..<3 {
      let recorder = try HistoryRecorder(path: folder("h"), retention: 100)
      for time in run * 200..<run * 200 + 200 {
        snapshots.append(walk.step())
        // The clock is set back once, by more than the retention time.
        try recorder.append(snapshots[time], at: Double(time < 450 ? time : time - 150))
        if time == 30 { file = try HistoryFile(path: folder("h")) }
        if time % 37 == 0 { gone += try file?.refresh() ?? 0 }
      }
    }
    let reader = try #require(file)
    gone += try reader.refresh()
    #expect(reader.count + gone == 600)
    #expect(try reader.snapshots(in: 0..<reader.count) == Array(snapshots[gone...]))
    let oldest = try #require(reader.recordedSnapshots.first), newest = try #require(reader.recordedSnapshots.last)
    #expect(newest.time - oldest.time <= 102 && reader.count >= 100)
    let connection = try SQLiteConnection(folder("h"), .reading)
    #expect(try connection.integer("SELECT count(*) FROM cache_figures WHERE moment < \(oldest.id)") == 0)
    #expect(try connection.integer("SELECT min(id) FROM runs") == oldest.run)
  }

  /// A query for the command sqlite3.
  @Test func viewContainsEveryCacheOfEverySnapshot() throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: 10)
    let snapshots = walk.steps(100)
    try record(snapshots, to: folder("h"))
    let rows = try SQLiteStatement(
      SQLiteConnection(folder("h"), .reading),
      "SELECT active_objects FROM cache_history WHERE name = 'dentry' AND occurrence = 0 ORDER BY moment")
    var values: [Int] = []
    while try rows.step() { values.append(rows.integer(0)) }
    #expect(values == snapshots.compactMap { $0.caches.first { $0.name == "dentry" }?.activeObjects })
  }
}

extension HistoryRecorder {
  /// Limits the size of the file, to simulate a full disk.
  fileprivate func limitPages(_ pages: Int) throws { try connection.execute("PRAGMA max_page_count = \(pages)") }
}
