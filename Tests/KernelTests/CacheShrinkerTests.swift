import Foundation
import Kernel
import Testing

struct CacheShrinkerTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shrink-\(UUID().uuidString)")

  @Test("Shrinking writes 1 to the cache's file and reports its slabs")
  func shrinking() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let cache = folder.appendingPathComponent("dentry")
    try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    try Data("68 N0=60 N1=8\n".utf8).write(to: cache.appendingPathComponent("slabs"))
    try Data().write(to: cache.appendingPathComponent("shrink"))
    let result = try CacheShrinker(sysfs: folder.path).shrink("dentry")
    #expect(result.slabsBefore == 68 && result.slabsAfter == 68)
    #expect(try Data(contentsOf: cache.appendingPathComponent("shrink")) == Data("1\n".utf8))
  }

  @Test("A kernel without the file, and a name that is not of a cache, are errors that name the file")
  func missingFile() {
    for name in ["dentry", "../x"] {
      let error = #expect(throws: HostReader.Failure.self) { try CacheShrinker(sysfs: folder.path).shrink(name) }
      #expect(error?.description.contains("/\(name)/shrink: no such file") == true)
    }
  }
}
