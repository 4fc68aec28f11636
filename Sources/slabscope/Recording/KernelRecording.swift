import Dispatch
import Glibc
import Kernel
import Synchronization
import TextOutput

/// Recording of the running kernel that the dashboard started: a thread of its own records to a new file until it is ended.
final class KernelRecording: Sendable {
  /// Figures of a recording.
  struct Report: Sendable {
    /// Whether tracing has started. Before that, formats and symbols of the kernel are read.
    var isStarted = false
    var events = 0
    var lostEvents = 0
    var bytes = 0
    /// Whether the thread has ended, and the file is complete, unless there is a `failure`.
    var isFinished = false
    /// Error that ended the recording; nil if there was none.
    var failure: String?
  }

  /// Path of the file.
  let path: String
  private let report = Mutex(Report())
  private let isEnding = Atomic(false)
  private let threadEnd = DispatchSemaphore(value: 0)

  /// Milliseconds between two readings of the ring buffers, and the number of readings between two samples of the kernel's memory.
  private static let pollMilliseconds = 50
  private static let pollsPerSample = 10

  /// Creates the file and starts to record.
  /// - Parameter path: Path of the file. If a file has the path, a number is added to it: no file is ever replaced.
  /// - Throws: A `Failure` if the file cannot be created.
  init(to path: String) throws(Failure) {
    self.path = try KernelRecording.createFile(path)
    BackgroundThread.start(name: "recording") { [self] in
      run()
      threadEnd.signal()
    }
  }

  /// Creates an empty file, and returns its path.
  private static func createFile(_ path: String) throws(Failure) -> String {
    while true {
      let path = OutputFile.fresh(path)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        close(descriptor)
        return path
      }
      // Another program may have created the file since its name was chosen.
      if errno == EEXIST, OutputFile.fresh(path) != path { continue }
      throw Failure.failed(
        "\(path): cannot be created: \(String(cString: strerror(errno)).lowercased()); start slabscope in another directory"
      )
    }
  }

  private func run() {
    do {
      var options = KernelRecorder.Options(
        name: path.lastPathComponent.deletingPathExtension,
        summary: "recorded in the dashboard")
      options.tracing.excludesLaterThreads = true
      let recorder = try KernelRecorder(to: path, options)
      try recorder.start()
      report.withLock { $0.isStarted = true }
      var polls = 0
      while !isEnding.load(ordering: .relaxed) {
        usleep(useconds_t(KernelRecording.pollMilliseconds * 1000))
        try recorder.poll()
        polls += 1
        if polls % KernelRecording.pollsPerSample == 0 { try recorder.takeSamples() }
        publish(recorder)
      }
      try recorder.finish()
      publish(recorder)
    } catch {
      report.withLock { $0.failure = "\(error)" }
      // A file without events is not left behind.
      if report.withLock({ $0.bytes }) == 0 { unlink(path) }
    }
    report.withLock { $0.isFinished = true }
  }

  private func publish(_ recorder: KernelRecorder) {
    report.withLock { report in
      (report.events, report.lostEvents, report.bytes) = (recorder.eventCount, recorder.lostEvents, recorder.byteCount)
    }
  }

  /// The latest figures.
  var figures: Report { report.withLock { $0 } }

  /// Asks the thread to complete the file, without waiting for it.
  func requestEnd() { isEnding.store(true, ordering: .relaxed) }

  /// Completes the file, and waits until it is complete. To be called once.
  func end() {
    requestEnd()
    threadEnd.wait()
  }
}
