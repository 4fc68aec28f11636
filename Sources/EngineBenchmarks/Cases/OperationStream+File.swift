import BenchmarkContenders
import Glibc

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
