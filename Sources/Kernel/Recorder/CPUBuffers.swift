internal import Glibc

/// The ring buffers of all CPUs of a tracefs instance, open for reading.
final class CPUBuffers {
  private var files: [(cpu: Int, descriptor: Int32)] = []
  private let page: UnsafeMutableRawBufferPointer
  /// Pages of one CPU that are read before the next has its turn.
  private static let pagesPerTurn = 4096

  init(of instance: TracefsInstance) throws(RecorderError) {
    // Linux 6.8 and later let sub-buffers be larger than a page.
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

  func close() {
    for file in files { Glibc.close(file.descriptor) }
    files = []
  }

  /// Reads what each CPU has, up to a turn's worth.
  /// - Returns: whether every buffer was found empty in the end.
  /// - Throws: `RecorderError.tracefs` when one can't be read.
  func readAll(into stream: inout KernelStream) throws(RecorderError) -> Bool {
    var areEmpty = true
    for (cpu, descriptor) in files {
      var isEmpty = false
      for _ in 0..<CPUBuffers.pagesPerTurn {
        // Taken before the read: whatever the CPU writes after a read that found nothing is younger.
        let now = CPUBuffers.now()
        let count = read(descriptor, page.baseAddress, page.count)
        if count < 0, errno == EINTR { continue }
        if count < 0, errno != EAGAIN { throw TracefsFile.failure("per_cpu/cpu\(cpu)/trace_pipe_raw") }
        guard count > 0 else {
          stream.wasEmpty(cpu: cpu, at: now)
          isEmpty = true
          break
        }
        stream.read(UnsafeRawBufferPointer(rebasing: page[..<count]), cpu: cpu)
      }
      areEmpty = areEmpty && isEmpty
    }
    return areEmpty
  }

  /// Events that were overwritten before they were read, or dropped, by the kernel's own count.
  func lostEvents(_ instance: TracefsInstance) -> Int {
    files.reduce(0) { sum, file in
      let lines = instance.text("per_cpu/cpu\(file.cpu)/stats")?.split(separator: "\n") ?? []
      let counts = lines.filter { $0.hasPrefix("overrun:") || $0.hasPrefix("dropped events:") }
      return sum + counts.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }
  }

  /// The trace clock `mono`, in nanoseconds.
  static func now() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}
