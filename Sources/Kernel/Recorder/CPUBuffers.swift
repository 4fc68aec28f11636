internal import Glibc

/// Ring buffers of all CPUs of a tracefs instance, open for reading.
final class CPUBuffers {
  private var files: [(cpu: Int, descriptor: Int32)] = []
  private let page: UnsafeMutableRawBufferPointer
  /// Maximum number of pages of a CPU that are read before those of the next CPU.
  private static let pagesPerTurn = 4096

  /// Opens the buffers of an instance.
  init(of instance: TracefsInstance) throws(RecorderError) {
    // Since Linux 6.8 a sub-buffer may be larger than a page.
    let kibibytes = instance.text("buffer_subbuf_size_kb").flatMap { Int($0.filter(\.isNumber)) } ?? 4
    page = .allocate(byteCount: max(4096, kibibytes << 10), alignment: 4096)
    for cpu in instance.cpus {
      let path = "\(instance.path)/per_cpu/cpu\(cpu)/trace_pipe_raw"
      let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { throw TracefsFile.failure(path) }
      files.append((cpu, descriptor))
    }
  }

  deinit {
    for file in files { Glibc.close(file.descriptor) }
    page.deallocate()
  }

  /// Closes the buffers. An instance can only be removed after its buffers are closed.
  func close() {
    for file in files { Glibc.close(file.descriptor) }
    files = []
  }

  /// Reads the pages of each CPU, at most `pagesPerTurn`, into a stream.
  /// - Returns: Whether all buffers were read to their ends.
  /// - Throws: `RecorderError.tracefs` if a buffer cannot be read.
  func readAll(into stream: inout KernelStream) throws(RecorderError) -> Bool {
    var areEmpty = true
    for (cpu, descriptor) in files {
      var isEmpty = false
      for _ in 0..<CPUBuffers.pagesPerTurn {
        // The time is taken before the read, so that all later events are younger if the read finds the buffer empty.
        let now = CPUBuffers.now()
        let count = read(descriptor, page.baseAddress, page.count)
        if count < 0, errno == EINTR { continue }
        if count < 0, errno != EAGAIN { throw TracefsFile.failure("per_cpu/cpu\(cpu)/trace_pipe_raw") }
        guard count > 0 else {
          stream.markEmpty(cpu: cpu, at: now)
          isEmpty = true
          break
        }
        stream.read(UnsafeRawBufferPointer(rebasing: page[..<count]), cpu: cpu)
      }
      areEmpty = areEmpty && isEmpty
    }
    return areEmpty
  }

  /// Returns the kernel's count of events that were overwritten before they were read, or dropped.
  func lostEvents(_ instance: TracefsInstance) -> Int {
    files.reduce(0) { sum, file in
      let lines = instance.text("per_cpu/cpu\(file.cpu)/stats")?.split(separator: "\n") ?? []
      let counts = lines.filter { $0.hasPrefix("overrun:") || $0.hasPrefix("dropped events:") }
      return sum + counts.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }
  }

  /// Returns the time of the trace clock `mono` in nanoseconds.
  static func now() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}
