import Recordings
internal import Glibc

/// File that a recording is written to, block by block, so that the file is readable even if the program is killed. An
/// existing file is replaced.
final class RecordingOutput {
  let path: String
  private let descriptor: Int32
  /// Number of bytes written, all of them in complete blocks.
  private(set) var bytes = 0

  /// Creates the file.
  init(_ path: String) throws(RecorderError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .output(path: path, reason: RecordingOutput.reason()) }
  }

  deinit { close(descriptor) }

  /// Appends blocks. If an error occurs, the blocks that were written completely remain in the file.
  func append(_ blocks: [UInt8]) throws(RecorderError) {
    var written = 0
    while written < blocks.count {
      let count = blocks[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = RecorderError.output(path: path, reason: RecordingOutput.reason())
        bytes += Slabtrace.wholeBlocks(of: blocks[..<written], isStart: bytes == 0)
        // If truncation fails too, readers ignore the incomplete block.
        _ = ftruncate(descriptor, bytes)
        throw error
      }
      written += count
    }
    bytes += blocks.count
  }

  private static func reason() -> String {
    switch errno {
    case ENOSPC, EDQUOT: "no space left; the events recorded so far are in the file"
    case ENOENT: "its folder does not exist; create it first or choose another path"
    case EACCES, EPERM: "permission denied; choose a path that you have permission to write to"
    case EISDIR: "it is a directory; name a file in it"
    case EROFS: "the file system is read-only; choose another path"
    default: String(cString: strerror(errno)).lowercased()
    }
  }
}
