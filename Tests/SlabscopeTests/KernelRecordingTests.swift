import Foundation
import Recordings
import Testing

@testable import slabscope

/// Recordings that the dashboard makes. The test of a real one is skipped without root and tracefs.
struct KernelRecordingTests {
  private static let canRecord = geteuid() == 0 && access("/sys/kernel/tracing/events/kmem", F_OK) == 0

  @Test(.enabled(if: canRecord, "needs root and a kernel with tracefs and kmem events"))
  func recordingHasAFreshNameAndIsReadable() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recording-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("not to be replaced".utf8).write(to: URL(fileURLWithPath: folder + "/x.slabtrace"))
    let control = KernelRecordingControl()
    #expect(control.progress == nil && control.endRecording() == nil)
    #expect(try control.toggleRecording(name: folder + "/x").contains("record to \(folder)/x-2.slabtrace"))
    for _ in 0..<300
    where control.progress?.contains(": 0 events") ?? true || control.progress?.contains("starting") ?? true {
      usleep(100_000)
    }
    #expect(control.progress?.contains("(R ends)") == true && control.takeResult() == nil)
    #expect(try control.toggleRecording(name: folder + "/y").contains("ending"))
    let result = try #require(control.endRecording())
    #expect(!result.isFailure && result.text.contains("wrote \(folder)/x-2.slabtrace"))
    #expect(control.progress == nil)
    let recording = try Recording(mapping: folder + "/x-2.slabtrace", name: "x")
    #expect(recording.warning == nil && recording.eventCount > 0 && recording.sampleCount > 0)
    #expect(try String(contentsOfFile: folder + "/x.slabtrace", encoding: .utf8) == "not to be replaced")
    let instances = try FileManager.default.contentsOfDirectory(atPath: "/sys/kernel/tracing/instances")
    #expect(!instances.contains { $0.hasPrefix("slabscope-\(getpid())") })
  }

  @Test func unusableFolderIsAnErrorThatNamesTheFile() {
    let control = KernelRecordingControl()
    #expect(throws: Failure.self) { try control.toggleRecording(name: "/nonexistent/folder/x") }
    #expect(control.progress == nil)
  }
}
