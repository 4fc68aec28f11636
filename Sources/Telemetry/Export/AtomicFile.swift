import Foundation

/// A file that appears whole or not at all: written under another name beside its own, and renamed at the end, so that a
/// failure or a crash leaves what was there before. What is no regular file (a pipe, /dev/stdout) is written to directly.
public final class AtomicFile {
  /// Why a file could not be written, in one line that says what to do.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error in one line, fit for a person.
    public let description: String
  }

  private let path: String
  /// Where it is written, until it is whole; nil where it is written to directly.
  private let temporary: String?
  private let target: String
  private let mode: mode_t?
  private var descriptor: Int32

  /// Begins to write a file.
  public init(_ path: String) throws(Failure) {
    self.path = path
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
      // A link keeps pointing where it points: the file behind it is replaced.
      target = exists ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
      let name = "\(target).\(getpid()).tmp"
      temporary = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw AtomicFile.failure(path) }
  }

  /// A file that was not committed leaves nothing.
  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  /// Writes on.
  public func append(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw AtomicFile.failure(path) }
      written += count
    }
  }

  /// Ends the file and gives it its name.
  public func commit() throws(Failure) {
    // A pipe has nothing to be synchronised; for a file, the data must be there before the name is.
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

  /// Writes a whole file.
  public static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let file = try AtomicFile(path)
    try file.append(bytes)
    try file.commit()
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
