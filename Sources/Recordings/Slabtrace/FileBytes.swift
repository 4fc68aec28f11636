internal import Glibc

/// The bytes of a file: read into memory, or mapped.
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
  /// Says that what lies before an offset was read: a mapped file need not stay in memory. It can be read again.
  func passed(_ offset: Int) {
    guard case .mapped(let file) = self else { return }
    file.release(upTo: offset)
  }
}

/// A file mapped into memory, as long as somebody holds it. A file that somebody else cuts short meanwhile ends the
/// program by SIGBUS, as with every program that maps files; recordings are only ever appended to.
final class MappedFile: Sendable {
  // Sendable: nobody writes to the mapping.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps a regular file; nil when the system refuses.
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

  /// Gives the pages before an offset back to the system.
  func release(upTo offset: Int) {
    guard let start = bytes.baseAddress, offset >= 4096 else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), offset & ~4095, MADV_DONTNEED)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
