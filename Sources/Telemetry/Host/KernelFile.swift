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
    guard descriptor >= 0 || openAgain() else { return nil }
    var count = 0
    while true {
      guard count <= KernelFile.most else {
        errno = EFBIG
        return nil
      }
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

  /// Larger than this, it is something else.
  private static let most = 64 << 20

  /// What is no regular file, as those of procfs and sysfs are, can't be read twice.
  private func openAgain() -> Bool {
    // A pipe without a writer would hold the program up.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { return false }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      close(opened)
      errno = isFolder ? EISDIR : ESPIPE
      return false
    }
    descriptor = opened
    return true
  }

  /// The first number in it: sysfs prints sums first, then each node's, `768 N0=768`.
  func number() -> Int? {
    read().flatMap { bytes in
      let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return Int(String(decoding: digits, as: UTF8.self))
    }
  }
}
