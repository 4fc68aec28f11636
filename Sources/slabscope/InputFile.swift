import Foundation

/// A file to read, or standard input under the name `-`, in pieces.
final class InputFile {
  /// What to call it in messages.
  let name: String
  private let handle: FileHandle
  /// Bytes in all, where the system knows (not for a pipe).
  let size: Int?
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)

  init(_ path: String) throws {
    if path == "-" {
      (name, handle, size) = ("standard input", .standardInput, nil)
      if isatty(STDIN_FILENO) == 1 {
        throw Failure.usage("standard input is a terminal; pipe a trace into it or name a file")
      }
      return
    }
    name = path
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

  deinit { buffer.deallocate() }

  /// The next piece, empty at the end; valid until the next call. One buffer serves all, small enough for the
  /// processor's caches: text is read faster than fresh memory can be had.
  func read() throws -> UnsafeRawBufferPointer {
    while true {
      let count = Foundation.read(handle.fileDescriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
      guard errno == EINTR else { throw Failure.failed("\(name): \(InputFile.reason()); is it a file you may read?") }
    }
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

  private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
