import Foundation

/// Writes files whole or not at all.
public enum AtomicFile {
  /// Why a file could not be written, in one line that says what to do.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error in one line, fit for a person.
    public let description: String
  }

  /// Writes a file by way of a temporary one beside it, so that a failure or a crash leaves what was there before.
  /// What is no regular file (a pipe, /dev/stdout) is written to directly.
  public static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(description: "cannot write \(path): it is a directory; name a file in it")
    }
    if exists, status.st_mode & S_IFMT != S_IFREG { return try fill(path, O_WRONLY, bytes, named: path) }
    // A link keeps pointing where it points: the file behind it is replaced.
    let target = exists ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
    let temporary = "\(target).\(getpid()).tmp"
    do {
      try fill(temporary, O_WRONLY | O_CREAT | O_EXCL, bytes, named: path)
    } catch {
      unlink(temporary)
      throw error
    }
    if exists { chmod(temporary, status.st_mode & 0o7777) }
    guard rename(temporary, target) == 0 else {
      let failure = failure(path)
      unlink(temporary)
      throw failure
    }
  }

  private static func fill(_ path: String, _ flags: Int32, _ bytes: [UInt8], named name: String) throws(Failure) {
    let descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(name) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = failure(name)
        close(descriptor)
        throw failure
      }
      written += count
    }
    // A pipe has nothing to be synchronised; for a file, the data must be there before the name is.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
      let failure = failure(name)
      close(descriptor)
      throw failure
    }
    guard close(descriptor) == 0 else { throw failure(name) }
  }

  /// The last call's error in words.
  private static func failure(_ path: String) -> Failure {
    let reason =
      switch errno {
      case ENOENT: "its folder does not exist; create it first or choose another path"
      case ENOTDIR: "a part of the path is no folder; choose another path"
      case EACCES, EPERM: "permission denied; choose a path you may write to"
      case EROFS: "the file system is read-only; choose another path"
      case ENOSPC, EDQUOT: "no space left; free some or choose another path"
      case EPIPE: "the reader went away"
      default: String(cString: strerror(errno)).lowercased()
      }
    return Failure(description: "cannot write \(path): \(reason)")
  }
}
