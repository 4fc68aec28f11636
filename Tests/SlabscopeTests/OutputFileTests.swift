import Foundation
import Testing

@testable import slabscope

@Suite struct OutputFileTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "slabscope-outputs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func anExistingFileIsReplacedOnlyOnRequest() throws {
    let path = folder + "/x.json"
    try OutputFile.write("first", to: path, overwrites: false)
    #expect(throws: Failure.self) { try OutputFile.write("second", to: path, overwrites: false) }
    #expect(try text(path) == "first")
    try OutputFile.write("second", to: path, overwrites: true)
    #expect(try text(path) == "second")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.json"])
  }

  @Test func devicesAndStandardOutputAreNotOverwritten() throws {
    try OutputFile.check("/dev/null", overwrites: false)
    try OutputFile.check("-", overwrites: false)
    #expect(throws: Failure.self) { try OutputFile.check(folder, overwrites: true) }
  }

  @Test func aFreshNameHasTheLowestFreeNumber() throws {
    let path = folder + "/view.svg"
    #expect(OutputFile.fresh(path) == path)
    try OutputFile.write("", to: path, overwrites: false)
    #expect(OutputFile.fresh(path) == folder + "/view-2.svg")
    try OutputFile.write("", to: folder + "/view-2.svg", overwrites: false)
    #expect(OutputFile.fresh(path) == folder + "/view-3.svg")
  }
}
