import Foundation
import Testing

@testable import Telemetry

@Suite struct AtomicFileTests {
  @Test func writingReplacesFileBehindLinkAndLeavesNoTemporaryFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("atomic-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/out"
    try AtomicFile.write(Array("old, and longer".utf8), to: path)
    chmod(path, 0o640)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: path)
    try AtomicFile.write(Array("new".utf8), to: folder.path + "/link")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["link", "out"])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
  }

  @Test(arguments: [
    ("/nonexistent/folder/out", "its folder does not exist"), ("/", "is a directory"),
    ("/dev/null/out", "not a folder"),
    ("/proc/out", "cannot write"),
  ])
  func errorIsOneLineWithPathAndReason(path: String, reason: String) {
    do {
      try AtomicFile.write([1], to: path)
      Issue.record("\(path) was written")
    } catch {
      #expect(error.description.contains(reason) && error.description.contains(path))
      #expect(!error.description.contains("\n"))
    }
  }

  @Test func fullDeviceThrows() {
    #expect(throws: AtomicFile.Failure.self) { try AtomicFile.write(Array(repeating: 0, count: 100), to: "/dev/full") }
  }
}
