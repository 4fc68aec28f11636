import Foundation
import Testing

@testable import Telemetry

@Suite struct HistoryFileTests {
  @Test func otherFilesAreRefusedWithOneLine() throws {
    let folder = try HistoryFolder()
    try Data("no database, but longer than a header of one hundred bytes".utf8 + [UInt8](repeating: 65, count: 900))
      .write(to: URL(fileURLWithPath: folder("text")))
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder("short")))
    try Data().write(to: URL(fileURLWithPath: folder("empty")))
    try SQLiteConnection(folder("other"), .writing).execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
    try record([sampleSnapshot()], to: folder("later"))
    try SQLiteConnection(folder("later"), .writing).execute("PRAGMA user_version = 1000")
    mkfifo(folder("pipe"), 0o600)
    let expected = [
      ("none", "no such file"), ("none/in/it", "no such file"), ("text", "is not an SQLite file"),
      ("short", "another program's file"), ("empty", "no snapshot was recorded"), ("other", "another program's file"),
      ("later", "a history of version 1000"), ("", "is a directory"), ("text/in/it", "not a directory"),
      ("pipe", "not a regular file"), ("new\nline", "no such file"),
    ]
    for (name, reason) in expected {
      let error = try #require(throws: HistoryError.self) { try HistoryFile(path: folder(name)) }
      #expect(error.description.contains(reason) && error.description.hasPrefix(folder.path))
      #expect(!error.description.contains("\n"))
    }
    for (name, reason) in expected where !["none", "empty", "new\nline"].contains(name) {
      let content = FileManager.default.contents(atPath: name == "pipe" ? "" : folder(name))
      let error = try #require(throws: HistoryError.self) { try HistoryRecorder(path: folder(name)) }
      #expect(error.description.contains(name == "none/in/it" ? "its folder does not exist" : reason))
      #expect(FileManager.default.contents(atPath: name == "pipe" ? "" : folder(name)) == content)
    }
    #expect(throws: HistoryError.self) { try HistoryFile(path: "") }
    try record([sampleSnapshot()], to: folder("empty"))
    #expect(try HistoryFile(path: folder("empty")).count == 1)
  }

  @Test(arguments: ["file:h?mode=memory", ":memory:", "a#b?c%41", "sm\u{F6}rg\u{E5}s \u{1F9F1}"])
  func namesWithSpecialMeaningInSQLiteAreFiles(name: String) throws {
    let folder = try HistoryFolder()
    try record([sampleSnapshot()], to: folder(name))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    #expect(try SQLiteConnection(folder(name), .readingImmutable).integer("SELECT count(*) FROM moments") == 1)
  }

  /// An interrupted copy.
  @Test func truncatedFileIsAnErrorOrReadsAsPrefix() throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: 11)
    let snapshots = walk.steps(300)
    try record(snapshots, to: folder("h"))
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder("h")))
    for length in stride(from: 0, to: whole.count, by: 1009) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: folder("cut")))
      try expectPrefixOrError(of: snapshots, at: folder("cut"))
    }
  }

  /// The files of a killed recorder, whose log is truncated.
  @Test func truncatedLogReadsAsPrefix() throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: 12)
    let snapshots = walk.steps(60)
    let recorder = try HistoryRecorder(path: folder("h"))
    for (time, snapshot) in snapshots.enumerated() { try recorder.append(snapshot, at: Double(time)) }
    let main = try Data(contentsOf: URL(fileURLWithPath: folder("h")))
    let log = try Data(contentsOf: URL(fileURLWithPath: folder("h-wal")))
    var longest = 0
    for length in Array(stride(from: 0, to: log.count, by: log.count / 60)) + [log.count] {
      try main.write(to: URL(fileURLWithPath: folder("cut")))
      try log.prefix(length).write(to: URL(fileURLWithPath: folder("cut-wal")))
      try? FileManager.default.removeItem(atPath: folder("cut-shm"))
      let file = try HistoryFile(path: folder("cut"))
      #expect(try file.snapshots(in: 0..<file.count) == Array(snapshots[..<file.count]))
      #expect(file.count >= longest)
      longest = file.count
    }
    #expect(longest == 60)
    // A recorder can append to the file.
    try record([Snapshot()], to: folder("cut"))
    #expect(try HistoryFile(path: folder("cut")).count == 61)
  }

  /// Random bytes are overwritten: the result is an error or wrong figures, but never a crash.
  @Test(arguments: 1...60) func damagedFileDoesNotCrash(seed: UInt64) throws {
    let folder = try HistoryFolder()
    var walk = SnapshotWalk(seed: seed)
    try record(walk.steps(40), to: folder("h"))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: folder("h")))
    for _ in 0..<20 { bytes[100 + walk.number(bytes.count - 100)] = UInt8(walk.number(256)) }
    try bytes.write(to: URL(fileURLWithPath: folder("h")))
    do {
      let file = try HistoryFile(path: folder("h"))
      _ = try file.snapshots(in: 0..<file.count)
      try record(walk.steps(3), to: folder("h"))
    } catch let error as HistoryError {
      #expect(error.description.hasPrefix(folder("h") + ": ") && !error.description.contains("\n"))
    }
  }

  private func expectPrefixOrError(of snapshots: [Snapshot], at path: String) throws {
    do {
      let file = try HistoryFile(path: path)
      let read = try file.snapshots(in: 0..<file.count)
      #expect(read == Array(snapshots.prefix(read.count)))
    } catch let error as HistoryError {
      #expect(error.description.hasPrefix(path + ": ") && !error.description.contains("\n"))
    }
  }

  /// Calculations with figures beyond the range of a real machine would overflow.
  @Test(arguments: [
    "UPDATE moments SET taken_at = 1e300", "UPDATE moments SET large_bytes = 9223372036854775807",
    "UPDATE moments SET live_payload = -9223372036854775808", "UPDATE cache_figures SET slabs = 9223372036854775807",
    "UPDATE cache_figures SET preferred_order = 11", "UPDATE cache_figures SET preferred_order = -1",
    "UPDATE cache_figures SET slabs_by_order = '[1,2,3]'", "UPDATE cache_figures SET slabs_by_order = 'oops'",
    "UPDATE moments SET page_blocks_free_by_order = '[0,0,0,0,0,0,0,0,0,0,-1]'",
    "UPDATE cache_figures SET refusals_by_order = '[0,0,0,0,0,0,0,0,0,0,9223372036854775807]'",
  ])
  func figuresOutOfRangeAreRefused(change: String) throws {
    let folder = try HistoryFolder()
    try record([sampleSnapshot()], to: folder("h"))
    try SQLiteConnection(folder("h"), .writing).execute(change)
    let error = try #require(throws: HistoryError.self) { try HistoryFile(path: folder("h")).snapshot(at: 0) }
    #expect(error.description.contains("is damaged: "), "\(error)")
  }
}
