import FoundationEssentials
import Glibc

/// File of procfs, sysfs or tracefs, or a regular file. It stays open between reads, because opening it takes longer than
/// reading it.
final class KernelFile {
  let path: String
  private var descriptor: Int32 = -1
  private var buffer: [UInt8] = []

  init(_ path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Opens, reads and closes a file; nil if it cannot be read.
  static func bytes(_ path: String) -> [UInt8]? { KernelFile(path).read() }

  /// Opens, reads and closes a file, as text; nil if it cannot be read.
  static func text(_ path: String) -> String? { KernelFile(path).text() }

  /// Returns whether a file exists.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Returns the names of the files in a folder; empty if the folder cannot be read.
  static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// Reads the whole file from its start.
  /// - Returns: Contents of the file; nil if it cannot be read, and `errno` is then set.
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

  /// Reads the number at the start of the file: sysfs prints the sum first and then the figure of each node, `768 N0=768`.
  /// nil if the file cannot be read or does not start with a number.
  func number() -> Int? {
    read().flatMap { bytes in
      let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return Int(String(decoding: digits, as: UTF8.self))
    }
  }

  /// Reads the figure of each memory node after the number at the start of the file: `768 N0=700 N1=68`. Empty if the file cannot be
  /// read or has none.
  func numbersByNode() -> [Int: Int] {
    var numbers: [Int: Int] = [:]
    for word in (text() ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" }).dropFirst() where word.hasPrefix("N")
    {
      let parts = word.dropFirst().split(separator: "=")
      if parts.count == 2, let node = Int(parts[0]), let number = Int(parts[1]) { numbers[node] = number }
    }
    return numbers
  }

  /// Maximum size of a file in bytes. No file of the kernel is larger.
  private static let largest = 64 << 20

  /// Opens the file if it is a regular file, as the kernel's files are. Other files cannot be read twice.
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
