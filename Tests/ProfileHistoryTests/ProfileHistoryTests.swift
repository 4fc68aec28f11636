import Foundation
import ProfileHistory
import Profiles
import Telemetry
import Testing

/// Recording profiles in a history file and reading them.
struct ProfileHistoryTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("profiles-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private var path: String { "\(folder)/test.history" }

  /// Profile of `contexts` contexts whose counts grow with `step`.
  private func profile(step: Int, contexts: Int = 5, name: String = "host") -> AllocationProfile {
    let figures = (0..<contexts).map { number -> (AllocationContext, AllocationFigures) in
      let context = AllocationContext(
        site: "site\(number)+0x1/0x2", stack: number == 1 ? ["site1+0x1/0x2", "caller"] : [], cache: "kmalloc-64",
        isGeneral: number % 2 == 0, requestedBytes: 60, allocatedBytes: 64, usedBytes: number == 2 ? 50 : nil)
      var figures = AllocationFigures()
      figures.allocObjects = step * (number + 1)
      figures.freeObjects = step * number
      (figures.requestedBytes, figures.allocBytes) = (figures.allocObjects * 60, figures.allocObjects * 64)
      (figures.liveObjects, figures.liveBytes, figures.liveRequestedBytes) = (step, step * 64, step * 60)
      figures.peakLiveObjects = number == 3 ? nil : step + 1
      figures.lifetimes = LifetimeHistogram([0, figures.freeObjects])
      figures.ages = LifetimeHistogram([0, 0, step])
      return (context, figures)
    }
    return AllocationProfile(
      source: ProfileSource(name: name, beganAt: 100, events: step * 10, microseconds: step * 1_000_000, lostEvents: 3),
      figures: figures, allocObjectsByCPU: [step, 1], freesByCPU: [[step, 1], [2, 3]], failedAllocations: 4,
      unmatchedFrees: 5)
  }

  private func record(_ profiles: [AllocationProfile?], from start: Double = 0, keep: Double? = nil) throws {
    let history = try HistoryRecorder(path: path, retention: keep)
    let recorder = ProfileRecorder(history)
    for (index, profile) in profiles.enumerated() {
      try recorder.append(Snapshot(), profile, at: start + Double(index))
    }
    try history.finish()
  }

  @Test("A recorded profile is read with all its contexts, figures and CPUs")
  func roundTrip() throws {
    let recorded = profile(step: 7)
    try record([recorded])
    let read = try #require(try ProfileReader(try HistoryFile(path: path))?.profile(atOrBefore: 0))
    #expect(read.profile == recorded && read.index == 0 && read.time == 0 && read.run == 1)
  }

  @Test("A snapshot without a profile has the latest one before it in the same run")
  func latest() throws {
    try record([nil, profile(step: 1), nil, profile(step: 2)])
    try record([nil, profile(step: 1)], from: 10)
    let file = try HistoryFile(path: path)
    let reader = try #require(try ProfileReader(file))
    let found = try (0..<6).map { try reader.profile(atOrBefore: $0)?.index }
    #expect(found == [nil, 1, 1, 3, nil, 5])
  }

  @Test("The difference of two profiles is the traffic in between, unless the source was restarted")
  func difference() throws {
    try record([profile(step: 10), profile(step: 25), profile(step: 5, name: "another")])
    let reader = try #require(try ProfileReader(try HistoryFile(path: path)))
    let profiles = try reader.profiles(in: 0..<3, atMost: 10)
    let traffic = profiles[1].subtracting(profiles[0])
    #expect(traffic.figures.map(\.allocObjects) == (1...5).map { $0 * 15 })
    #expect(traffic.figures.allSatisfy { $0.liveBytes == 15 * 64 })
    #expect(profiles[2].subtracting(profiles[1]) == profiles[2].profile)
  }

  @Test("Profiles of a range are spread over it if there are more than wanted")
  func spread() throws {
    try record((1...20).map { profile(step: $0) })
    let reader = try #require(try ProfileReader(try HistoryFile(path: path)))
    #expect(try reader.profiles(in: 0..<20, atMost: 4).map(\.index) == [4, 9, 14, 19])
    #expect(try reader.profiles(in: 3..<6, atMost: 100).map(\.index) == [3, 4, 5])
    #expect(try reader.profiles(in: 0..<0, atMost: 4).isEmpty)
  }

  @Test("The largest contexts are recorded one by one and the others as their sum")
  func manyContexts() throws {
    let recorded = profile(step: 3, contexts: 450)
    try record([recorded])
    let read = try #require(try ProfileReader(try HistoryFile(path: path))?.profile(atOrBefore: 0)).profile
    #expect(read.contexts.count == ProfileRecorder.contextCount + 1)
    #expect(read.contexts.contains { $0.site == AllocationContext.other && $0.cache == AllocationContext.other })
    for count in [\AllocationFigures.allocObjects, \.allocBytes, \.freeObjects, \.liveObjects, \.liveBytes] {
      #expect(
        read.figures.reduce(0) { $0 + $1[keyPath: count] } == recorded.figures.reduce(0) { $0 + $1[keyPath: count] })
    }
    // The contexts with the most allocated bytes are the last ones.
    #expect(read.contexts.contains { $0.site == "site449+0x1/0x2" } && read == recorded.largest(200))
  }

  @Test("Profiles are deleted with their snapshots")
  func pruning() throws {
    try record((1...200).map { profile(step: $0) }, keep: 10)
    let file = try HistoryFile(path: path)
    #expect(file.count <= 12)
    let profiles = try #require(try ProfileReader(file)).profiles(in: 0..<file.count, atMost: 500)
    #expect(profiles.count == file.count)
    let rows = try file.connection.integer("SELECT count(DISTINCT moment) FROM profile_figures")
    #expect(rows == file.count)
  }

  @Test("A history without profiles has no reader, and a profile can be added to it")
  func earlierHistory() throws {
    try record([nil, nil])
    #expect(try ProfileReader(try HistoryFile(path: path)) == nil)
    try record([profile(step: 1)], from: 10)
    #expect(try ProfileReader(try HistoryFile(path: path))?.profile(atOrBefore: 2)?.profile == profile(step: 1))
  }

  @Test(
    "A damaged value is an error that names the file",
    arguments: [
      "UPDATE profile_figures SET live_bytes = 9223372036854775807", "UPDATE profile_figures SET ages = '[1,x]'",
      "UPDATE profiles SET frees_by_cpu = '[1,2,3]'", "UPDATE profiles SET alloc_objects_by_cpu = ''",
      "UPDATE contexts SET allocated_bytes = -9223372036854775808", "UPDATE profiles SET events = 9223372036854775807",
    ])
  func damaged(change: String) throws {
    try record([profile(step: 1)])
    try HistoryRecorder(path: path).connection.execute(change)
    let reader = try #require(try ProfileReader(try HistoryFile(path: path)))
    let error = #expect(throws: HistoryError.self) { try reader.profile(atOrBefore: 0) }
    #expect(error?.description.hasPrefix("\(path): is damaged: table ") ?? false)
  }

  @Test("After a failed transaction the recorder goes on with the next profile")
  func failedTransaction() throws {
    let history = try HistoryRecorder(path: path)
    let recorder = ProfileRecorder(history)
    try recorder.append(Snapshot(), profile(step: 1), at: 0)
    // The figures of the second profile cannot be inserted, and its new contexts are rolled back.
    try history.connection.execute(
      "CREATE TRIGGER full BEFORE INSERT ON profile_figures BEGIN SELECT raise(ABORT, 'no space'); END")
    #expect(throws: HistoryError.self) { try recorder.append(Snapshot(), profile(step: 2, contexts: 9), at: 1) }
    try history.connection.execute("DROP TRIGGER full")
    try recorder.append(Snapshot(), profile(step: 3, contexts: 9), at: 2)
    let file = try HistoryFile(path: path)
    #expect(file.count == 2)
    #expect(try ProfileReader(file)?.profile(atOrBefore: 1)?.profile == profile(step: 3, contexts: 9))
  }
}
