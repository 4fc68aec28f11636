import Foundation

/// A file of procfs or sysfs, or one like it, that is read again and again: it stays open, since finding it takes longer than
/// reading it.
final class KernelFile {
  let path: String
  private var descriptor: Int32 = -1
  private var buffer: [UInt8] = []

  init(_ path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// What it says now; nil, and `errno` says why, when it can't be read.
  func read() -> [UInt8]? {
    if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    var count = 0
    while true {
      if buffer.count - count < 4096 { buffer += [UInt8](repeating: 0, count: max(1 << 13, buffer.count)) }
      // The buffer has room from `count` on.
      let more = buffer.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count, off_t(count))
      }
      if more < 0, errno == EINTR { continue }
      if more < 0 {
        let reason = errno
        close(descriptor)
        (descriptor, errno) = (-1, reason)
        return nil
      }
      if more == 0 { return Array(buffer[..<count]) }
      count += more
    }
  }

  /// The first number in it: sysfs prints sums first, then each node's, `768 N0=768`.
  func number() -> Int? {
    read().flatMap { bytes in
      let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return Int(String(decoding: digits, as: UTF8.self))
    }
  }
}
