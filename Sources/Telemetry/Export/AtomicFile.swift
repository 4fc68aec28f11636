import FoundationEssentials
import Glibc

/// Writer of a file that is replaced atomically: the contents are written to a temporary file in the same folder, which is
/// renamed at the end, so that the existing file is unchanged after an error or a crash. A path that is not a regular file (a
/// pipe, /dev/stdout) is written directly.
package final class AtomicFile {
  /// Error of writing a file.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// File, problem and remedy, in one line.
    package let description: String
  }

  private let path: String
  /// Path of the temporary file; nil if the file is written directly.
  private let temporary: String?
  private let target: String
  private let mode: mode_t?
  private var descriptor: Int32

  /// Opens a file for writing; `-` is standard output.
  /// - Throws: ``Failure``.
  package init(_ path: String) throws(Failure) {
    self.path = path == "-" ? "standard output" : path
    guard path != "-" else {
      // Standard output is not opened by a path such as /dev/stdout, which would replace the file that it is redirected to.
      (temporary, target, mode, descriptor) = (nil, path, nil, dup(STDOUT_FILENO))
      guard descriptor >= 0 else { throw AtomicFile.failure(self.path) }
      return
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(description: "cannot write \(path): it is a directory; name a file in it")
    }
    mode = exists ? status.st_mode & 0o7777 : nil
    if exists, status.st_mode & S_IFMT != S_IFREG {
      (temporary, target) = (nil, path)
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      // For a symbolic link, the file that it points to is replaced, not the link.
      target = exists ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
      // Hosts and containers that share the folder may have equal process IDs, and a killed process leaves its file behind.
      let name = "\(target).\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
      temporary = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw AtomicFile.failure(path) }
  }

  // Removes the temporary file if `commit` was not called.
  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  /// Appends bytes.
  /// - Throws: ``Failure``.
  package func append(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw AtomicFile.failure(path) }
      written += count
    }
  }

  /// Replaces the file with the written bytes, which are on the disk when the function returns.
  /// - Throws: ``Failure``; the existing file is then unchanged.
  package func commit() throws(Failure) {
    // The data must be on the disk before the rename. A pipe cannot be synchronised: EINVAL.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS { throw AtomicFile.failure(path) }
    let closed = close(descriptor)
    descriptor = -1
    guard let temporary else { return }
    if let mode { chmod(temporary, mode) }
    guard closed == 0, rename(temporary, target) == 0 else {
      let failure = AtomicFile.failure(path)
      unlink(temporary)
      throw failure
    }
  }

  /// Replaces a file with `bytes`.
  /// - Throws: ``Failure``; the existing file is then unchanged.
  package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let file = try AtomicFile(path)
    try file.append(bytes)
    try file.commit()
  }

  /// Returns the error of the last system call.
  private static func failure(_ path: String) -> Failure {
    let reason =
      switch errno {
      case ENOENT: "its folder does not exist; create it first or choose another path"
      case ENOTDIR: "a component of the path is not a folder; choose another path"
      case EACCES, EPERM: "permission denied; choose a path with write permission"
      case EROFS: "the file system is read-only; choose another path"
      case ENOSPC, EDQUOT: "no space left on the device; free some space or choose another path"
      case EPIPE: "the reading program has closed the pipe"
      default: String(cString: strerror(errno)).lowercased()
      }
    return Failure(description: "cannot write \(path): \(reason)")
  }
}
