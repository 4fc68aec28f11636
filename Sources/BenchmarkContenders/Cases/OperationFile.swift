import Glibc

/// File of operations that a child process maps, so that the operations use no memory of its heap.
///
///     ┌ operations ┬ slots ┬ CPUs ┬ caches ┬ pauses ┬ nanoseconds ┬ peak ┬ its bytes ┬ size of each cache ┬ each pause ┬ operations ┐
///       64-bit words; operations have 16 bytes each
struct OperationFile {
  let operations: UnsafeBufferPointer<RecordedOperation>
  let slots: Int
  let cpus: Int
  let cacheSizes: [Int]
  let pauses: [Int]
  let nanoseconds: Double
  let peak: Int
  let peakBytes: Int

  init(path: String) throws {
    let descriptor = open(path, O_RDONLY)
    let size = lseek(descriptor, 0, SEEK_END)
    guard descriptor >= 0, size >= 64,
      let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0), start != MAP_FAILED
    else { throw BenchmarkError("\(path): can't be mapped") }
    close(descriptor)
    // The parent process wrote the file with the same memory layout.
    let header = start.assumingMemoryBound(to: Int.self)
    (slots, cpus) = (header[1], header[2])
    let (caches, pauseCount) = (header[3], header[4])
    (nanoseconds, peak, peakBytes) = (Double(header[5]), header[6], header[7])
    cacheSizes = (0..<caches).map { header[8 + $0] }
    pauses = (0..<pauseCount).map { header[8 + caches + $0] }
    let first = (start + (8 + caches + pauseCount) * 8).assumingMemoryBound(to: RecordedOperation.self)
    operations = UnsafeBufferPointer(start: first, count: header[0])
  }
}
