import Recordings
internal import Glibc

/// A recording on its way to a file: appended block by block, so that whatever ends the program leaves a file that can be
/// read. What was there before under that name becomes NAME.old.
final class RecordingOutput {
  let path: String
  private let descriptor: Int32
  /// Bytes written, all of them whole blocks.
  private(set) var bytes = 0

  init(_ path: String) throws(RecorderError) {
    self.path = path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, rename(path, path + ".old") != 0 {
      throw .output(path: path, reason: RecordingOutput.reason())
    }
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .output(path: path, reason: RecordingOutput.reason()) }
  }

  deinit { close(descriptor) }

  /// Appends blocks; where that fails, those that were written whole stay.
  func append(_ blocks: [UInt8]) throws(RecorderError) {
    var written = 0
    while written < blocks.count {
      let count = blocks[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = RecorderError.output(path: path, reason: RecordingOutput.reason())
        bytes += Slabtrace.wholeBlocks(of: blocks[..<written], isStart: bytes == 0)
        // Should that fail as well, readers pass over the rest of a block.
        _ = ftruncate(descriptor, bytes)
        throw error
      }
      written += count
    }
    bytes += blocks.count
  }

  private static func reason() -> String {
    switch errno {
    case ENOSPC, EDQUOT: "no space left; what was recorded so far is kept"
    case ENOENT: "its folder does not exist; create it first or choose another path"
    case EACCES, EPERM: "permission denied; choose a path you may write to"
    case EISDIR: "it is a directory; name a file in it"
    case EROFS: "the file system is read-only; choose another path"
    default: String(cString: strerror(errno)).lowercased()
    }
  }
}
