import Foundation

/// A file of procfs, sysfs or tracefs, or a regular file like them. It stays open between reads, because opening it takes longer
/// than reading it.
final class KernelFile {
  let path: String
  private var descriptor: Int32 = -1
  private var buffer: [UInt8] = []

  init(_ path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads the file once; nil if it cannot be read.
  static func bytes(_ path: String) -> [UInt8]? { KernelFile(path).read() }

  /// Reads the file once, as text; nil if it cannot be read.
  static func text(_ path: String) -> String? { KernelFile(path).text() }

  /// Whether there is such a file.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The names in a folder; empty if it cannot be read.
  static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// Reads the whole file from its start.
  /// - Returns: nil if it cannot be read; `errno` then has the reason.
  func read() -> [UInt8]? {
    guard descriptor >= 0 || reopen() else { return nil }
    var count = 0
    while true {
      guard count <= KernelFile.largest else {
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

  /// Reads the whole file as text; nil if it cannot be read.
  func text() -> String? { read().map { String(decoding: $0, as: UTF8.self) } }

  /// Reads the number at the start of the file: sysfs prints the sum first, then each node's figure, `768 N0=768`.
  func number() -> Int? {
    read().flatMap { bytes in
      let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return Int(String(decoding: digits, as: UTF8.self))
    }
  }

  /// Upper bound of a file's bytes: a larger file is none of the kernel's.
  private static let largest = 64 << 20

  /// Opens the file, if it is a regular one, as the kernel's are: others cannot be read twice.
  private func reopen() -> Bool {
    // A pipe without a writer would block the program.
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
}
