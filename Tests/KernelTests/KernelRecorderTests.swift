import Foundation
import Profiles
import Recordings
import Telemetry
import Testing

@testable import Kernel

/// Recording of the running kernel. The tests are skipped without root and tracefs.
@Suite(.serialized, .enabled(if: LiveKernel.canRecord, "needs root and a kernel with tracefs and kmem events"))
struct KernelRecorderTests {
  /// Opens and closes files. Each time the kernel allocates and frees a `filp` and a name.
  private func makeTraffic() {
    for _ in 0..<2000 {
      let descriptor = open("/proc/self/status", O_RDONLY)
      close(descriptor)
    }
  }

  @Test func recordingContainsTheTrafficAndTracingIsRestored() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID().uuidString)").path
    defer { unlink(path) }
    let instances = Set(KernelFile.names(in: "/sys/kernel/tracing/instances"))
    var options = KernelRecorder.Options(name: "test", summary: "a test")
    options.tracing.scope = .command
    // The scope `all` excludes the process of the recorder, which makes the traffic.
    options.tracing.command = Int(getpid())
    options.tracing.bufferKiB = 8192
    do {
      let recorder = try KernelRecorder(to: path, options)
      try recorder.start()
      #expect(Set(KernelFile.names(in: "/sys/kernel/tracing/instances")).subtracting(instances).count == 1)
      // The scope covers the main thread and children of this process, but not its other threads.
      let child = Process()
      child.executableURL = URL(fileURLWithPath: "/bin/sh")
      child.arguments = ["-c", "for i in 1 2 3 4 5 6 7 8 9 10; do cat /proc/self/status >/dev/null; done"]
      makeTraffic()
      try child.run()
      child.waitUntilExit()
      try recorder.poll()
      try recorder.takeSamples()
      // The file is readable at this point, as if the program had been killed.
      var unfinished = try Recording(mapping: path, name: "unfinished")
      #expect(unfinished.warning != nil && unfinished.sampleCount >= 4)
      _ = try RecordingStatistics(of: &unfinished)
      try recorder.finish()
    }
    #expect(Set(KernelFile.names(in: "/sys/kernel/tracing/instances")) == instances)
    var recording = try Recording(mapping: path, name: "finished")
    let statistics = try RecordingStatistics(of: &recording)
    #expect(recording.warning == nil && recording.counts?.origin == .tracefs)
    #expect(statistics.events == recording.eventCount && recording.sampleCount >= 6)
    #expect(statistics.timestampsBackwards == 0)
    #expect(!recording.symbols.contains { $0.hasPrefix("0x") || $0.hasPrefix("ffff") })
    var sources: Set<KernelSample.Source> = []
    var occupancies = 0
    try recording.forEachSample { sample in
      sources.insert(sample.source)
      guard sample.source == .occupancy else { return }
      let caches = try SlabOccupancy.caches(text: sample.text)
      #expect(caches.contains { $0.name == "filp" && $0.slabs > 0 })
      occupancies += 1
    }
    #expect(sources.isSuperset(of: [.slabinfo, .buddyinfo, .pageTraffic]))
    // One at the start, one by `takeSamples` and one at the end, if the kernel permits it.
    #expect(occupancies == (SlabWalkers.problem == nil ? 3 : 0))
  }

  @Test func unwritableFileIsReportedAndTheInstanceRemoved() {
    let instances = Set(KernelFile.names(in: "/sys/kernel/tracing/instances"))
    #expect(throws: RecorderError.self) {
      _ = try KernelRecorder(to: "/nonexistent/folder/x", KernelRecorder.Options(name: "x", summary: ""))
    }
    #expect(Set(KernelFile.names(in: "/sys/kernel/tracing/instances")) == instances)
  }
}

enum LiveKernel {
  static let canRecord =
    geteuid() == 0
    && (access("/sys/kernel/tracing/events/kmem", F_OK) == 0
      || (mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, nil) == 0
        && access("/sys/kernel/tracing/events/kmem", F_OK) == 0))
}
