internal import Glibc

/// Small files of /proc and tracefs, read and written whole.
enum SystemFile {
  /// What a file holds; nil when it can't be read.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
  }

  static func text(_ path: String) -> String? { read(path).map { String(decoding: $0, as: UTF8.self) } }

  /// Writes a value in one call, as the kernel's files want it.
  static func write(_ text: String, to path: String, appending: Bool = false) throws(RecorderError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC))
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw failure(path) }
  }

  /// The last call's error in words.
  static func failure(_ path: String) -> RecorderError {
    errno == EACCES || errno == EPERM
      ? .notPermitted(path: path) : .tracefs(path: path, reason: String(cString: strerror(errno)).lowercased())
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The names in a folder.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
