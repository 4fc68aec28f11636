import Foundation

/// A file to read, standard input under the name `-`, or what a tool prints, in pieces.
final class InputFile {
  /// What to call it in messages.
  let name: String
  /// Its path, where it is a file of its own.
  let path: String?
  /// Bytes in all, where the system knows (not for a pipe).
  let size: Int?
  private let handle: FileHandle
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
  /// Whether all of it was read.
  private(set) var isAtEnd = false
  /// Bytes at the buffer's start that were looked at and not read yet.
  private var peeked = 0

  init(_ path: String) throws {
    if path == "-" {
      (name, handle, size, self.path) = ("standard input", .standardInput, nil, nil)
      if isatty(STDIN_FILENO) == 1 {
        throw Failure.usage("standard input is a terminal; pipe a trace into it or name a file")
      }
      return
    }
    name = path
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else { throw Failure.failed("\(path): \(InputFile.reason()); check the path") }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Failure.failed("\(path): is a directory; name a file in it")
    }
    guard let opened = FileHandle(forReadingAtPath: path) else {
      throw Failure.failed("\(path): \(InputFile.reason()); check its permissions")
    }
    handle = opened
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// What comes through a handle, under the name of where it came from.
  init(_ handle: FileHandle, name: String) {
    (self.handle, self.name, size, path) = (handle, name, nil, nil)
  }

  deinit { buffer.deallocate() }

  var descriptor: Int32 { handle.fileDescriptor }

  /// The first bytes, up to 64 of them, without taking them.
  func peek() throws -> UnsafeRawBufferPointer {
    while peeked < 64 {
      let count = try fill(from: peeked, upTo: 64)
      if count == 0 { break }
      peeked += count
    }
    return UnsafeRawBufferPointer(rebasing: buffer[..<peeked])
  }

  /// The next piece, empty at the end; valid until the next call. One buffer serves all, small enough for the
  /// processor's caches: text is read faster than fresh memory can be had.
  func read() throws -> UnsafeRawBufferPointer {
    let count = peeked > 0 ? peeked : try fill(from: 0, upTo: buffer.count)
    peeked = 0
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }

  /// All of it.
  func readAll() throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size ?? 0)
    while true {
      let piece = try read()
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }

  private func fill(from start: Int, upTo end: Int) throws -> Int {
    while true {
      let count = Foundation.read(handle.fileDescriptor, buffer.baseAddress! + start, end - start)
      if count == 0 { isAtEnd = true }
      if count >= 0 { return count }
      guard errno == EINTR else { throw Failure.failed("\(name): \(InputFile.reason()); is it a file you may read?") }
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
