import Foundation
import Profiles
import Synchronization
import Testing

@testable import slabscope

/// Merges of the profiles of many files on several threads.
@Suite struct ProfileMergeTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "slabscope-merge-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Writes a profile with one object, and one context of its own and one that all files have.
  private func write(_ number: Int, liveMicroseconds: Int = 10) throws -> (path: String, profile: AllocationProfile) {
    var figures = AllocationFigures()
    (figures.allocObjects, figures.liveObjects, figures.liveObjectMicroseconds) = (number, number, liveMicroseconds)
    let contexts = ["shared", "site\(number)"].map {
      AllocationContext(site: $0, cache: "kmalloc-64", isGeneral: true, requestedBytes: 60, allocatedBytes: 64)
    }
    let profile = AllocationProfile(
      source: ProfileSource(name: "source\(number)", events: number, microseconds: 1000),
      figures: [(contexts[0], figures), (contexts[1], AllocationFigures())], allocObjectsByCPU: [number])
    let path = "\(folder)/\(number).slabprofile"
    try OutputFile.write(profile, to: path, overwrites: false)
    return (path, profile)
  }

  private func merged(_ names: [String], with first: AllocationProfile = .empty) throws -> AllocationProfile {
    try ProfileMerge.profile(of: names, mergedWith: first) { _ in }
  }

  @Test(arguments: [0, 1, 2, 9]) func mergeIsTheSumOfAllProfiles(count: Int) throws {
    let files = try (0..<count + 1).map { try write($0 + 1) }
    let counts = Mutex<[Int]>([])
    let merge = try ProfileMerge.profile(of: files.dropFirst().map(\.path), mergedWith: files[0].profile) { done in
      counts.withLock { $0.append(done) }
    }
    #expect(merge == files.dropFirst().reduce(files[0].profile) { $0.merged(with: $1.profile) })
    #expect(merge.sources.count == count + 1 && merge.contexts.count == count + 2)
    #expect(counts.withLock { $0.sorted() } == Array(0..<count).map { $0 + 1 })
  }

  @Test func errorIsThatOfTheFirstFileThatCannotBeRead() throws {
    let path = try write(1).path
    let names = [path, path] + (2..<40).map { "\(folder)/missing\($0).slabprofile" }
    for _ in 0..<20 {
      let failure = #expect(throws: Failure.self) { try merged(names) }
      #expect(failure?.description.contains("missing2.slabprofile") == true)
    }
  }

  /// A file that is named like a profile but has another content is read as any input, with the errors of it.
  @Test func fileWithAnotherContentIsNamedInTheError() throws {
    let path = folder + "/x.slabprofile"
    try Data("no profile".utf8).write(to: URL(fileURLWithPath: path))
    let failure = #expect(throws: Failure.self) { try merged([path]) }
    #expect(failure?.description.contains(path) == true)
  }

  @Test func sumOfLiveTimesHasALimit() throws {
    let (path, profile) = try write(1, liveMicroseconds: 1 << 60)
    #expect(try merged([path, path], with: profile).figures[0].liveObjectMicroseconds == 3 << 60)
    let failure = #expect(throws: Failure.self) { try merged([path, path, path], with: profile) }
    #expect(failure?.description.contains("too large") == true)
  }
}
