internal import Glibc

/// Bytes of a file that is read into memory or mapped.
enum FileBytes: Sendable {
  case array([UInt8])
  case mapped(MappedFile)

  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch self {
    case .array(let bytes): try bytes.withUnsafeBytes(body)
    case .mapped(let file): try body(file.bytes)
    }
  }
}

extension FileBytes {
  /// Releases the memory of a mapped file before an offset. The bytes remain accessible; the system then reads them from the
  /// file again. Has no effect on bytes in an array.
  func releaseMemory(upTo offset: Int) {
    guard case .mapped(let file) = self else { return }
    file.release(upTo: offset)
  }
}

/// File that is mapped into memory read-only for the lifetime of the object.
///
/// If another process truncates the file meanwhile, reading its end raises SIGBUS, as in every program that maps files.
/// slabscope itself only appends to recordings.
final class MappedFile: Sendable {
  // Sendable because the mapping is never written.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps a regular file; nil if the file cannot be opened or mapped.
  init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else { return nil }
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else { return nil }
    madvise(start, size, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Releases the pages before an offset to the operating system.
  func release(upTo offset: Int) {
    guard let start = bytes.baseAddress, offset >= 4096 else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), offset & ~4095, MADV_DONTNEED)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
