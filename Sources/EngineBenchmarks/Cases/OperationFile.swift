import Glibc

/// File of operations that a child process maps, so that the operations use no memory of its heap.
///
///     ┌ operations ┬ slots ┬ CPUs ┬ caches ┬ pauses ┬ nanoseconds ┬ peak ┬ its bytes ┬ size of each cache ┬ each pause ┬ operations ┐
///       64-bit words; operations have 16 bytes each
struct OperationFile {
  let operations: UnsafeBufferPointer<OperationStream.Operation>
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
    // The file was written by `OperationStream.write` of this program, hence with the same memory layout.
    let header = start.assumingMemoryBound(to: Int.self)
    (slots, cpus) = (header[1], header[2])
    let (caches, pauseCount) = (header[3], header[4])
    (nanoseconds, peak, peakBytes) = (Double(header[5]), header[6], header[7])
    cacheSizes = (0..<caches).map { header[8 + $0] }
    pauses = (0..<pauseCount).map { header[8 + caches + $0] }
    let first = (start + (8 + caches + pauseCount) * 8).assumingMemoryBound(to: OperationStream.Operation.self)
    operations = UnsafeBufferPointer(start: first, count: header[0])
  }
}

extension OperationStream {
  /// Writes the operations for child processes.
  func write(to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkError("\(path): can't be written") }
    defer { fclose(file) }
    let header =
      [operations.count, slots, cpus, cacheSizes.count, pauses.count, Int(nanoseconds), peak, peakBytes] + cacheSizes
      + pauses
    let isWhole =
      header.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
      && operations.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    guard isWhole, fflush(file) == 0 else { throw BenchmarkError("\(path): the disk is full") }
  }
}
