import Glibc

/// A file, standard input (named `-`), or the output of a program, read in blocks.
final class InputFile {
  /// Name for messages.
  let name: String
  /// Path of the file; nil for a pipe.
  let path: String?
  /// Size of the file in bytes; nil for a pipe.
  let size: Int?
  let descriptor: Int32
  /// Whether the file is closed with this object.
  private let closes: Bool
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
  /// Whether the end was reached.
  private(set) var isAtEnd = false
  /// Bytes at the start of the buffer that `peek` has read and `read` has not returned yet.
  private var peeked = 0

  init(_ path: String) throws {
    if path == "-" {
      (name, descriptor, closes, size, self.path) = ("standard input", STDIN_FILENO, false, nil, nil)
      if isatty(STDIN_FILENO) == 1 {
        throw Failure.usage("standard input is a terminal; name a file, or pipe one into it")
      }
      return
    }
    name = path
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else { throw Failure.failed("\(path): \(InputFile.reason()); check the path") }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Failure.failed("\(path): is a directory, expected a file")
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    closes = true
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    guard descriptor >= 0 else { throw Failure.failed("\(path): \(InputFile.reason()); check its permissions") }
  }

  /// The data of an open file, which is closed with this object.
  /// - Parameter name: name for messages.
  init(descriptor: Int32, name: String) {
    (self.descriptor, closes, self.name, size, path) = (descriptor, true, name, nil, nil)
  }

  deinit {
    buffer.deallocate()
    if closes, descriptor >= 0 { close(descriptor) }
  }

  /// Returns the first bytes, up to 64, which `read` will return again.
  func peek() throws -> UnsafeRawBufferPointer {
    while peeked < 64 {
      let count = try fill(from: peeked, upTo: 64)
      if count == 0 { break }
      peeked += count
    }
    return UnsafeRawBufferPointer(rebasing: buffer[..<peeked])
  }

  /// Returns the next block, which is valid until the next call; empty at the end. The buffer is reused and fits in the processor's caches,
  /// because parsing text from the cache is faster than from memory.
  func read() throws -> UnsafeRawBufferPointer {
    let count = peeked > 0 ? peeked : try fill(from: 0, upTo: buffer.count)
    peeked = 0
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }

  /// Returns all remaining bytes.
  func readAll() throws -> [UInt8] {
    if let size, peeked == 0 { return try readFile(size) }
    var bytes: [UInt8] = []
    while true {
      let piece = try read()
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }

  /// Returns the remaining bytes of a file without copying them through the buffer.
  /// - Parameter size: expected number of bytes.
  private func readFile(_ size: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var isAtEnd = false
    while !isAtEnd {
      // One byte more than expected, so that the end is found.
      let room = max(size - bytes.count, 4096) + 1
      let piece = try [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        while count < room, !isAtEnd {
          let more = Glibc.read(descriptor, buffer.baseAddress! + count, room - count)
          if more < 0, errno == EINTR { continue }
          guard more >= 0 else { throw Failure.failed("\(name): \(InputFile.reason()); check its permissions") }
          isAtEnd = more == 0
          count += more
        }
      }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
    }
    self.isAtEnd = true
    return bytes
  }

  private func fill(from start: Int, upTo end: Int) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress! + start, end - start)
      if count == 0 { isAtEnd = true }
      if count >= 0 { return count }
      guard errno == EINTR else { throw Failure.failed("\(name): \(InputFile.reason()); check its permissions") }
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
