import Foundation

/// Keeps a history to one recorder at a time, and knows whether the file is still the one that was opened.
///
/// SQLite's own locks are of another kind (fcntl's) and lost when the process closes any descriptor of the file: this one is
/// flock's, and is closed after SQLite has closed its own.
final class RecorderLock {
  private let path: String
  private let descriptor: Int32

  /// - Throws: one line that names the file, when another recorder has it.
  init(path: String) throws(HistoryError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw HistoryError(path, "can't be written; check its permissions") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw HistoryError(path, "is recorded to by another slabscope; let each have a file of its own")
    }
  }

  deinit { close(descriptor) }

  /// Throws where the path names the file no more: what is written there would be lost.
  func check() throws(HistoryError) {
    var (ours, there) = (stat(), stat())
    guard fstat(descriptor, &ours) == 0, stat(path, &there) == 0, ours.st_ino == there.st_ino,
      ours.st_dev == there.st_dev
    else { throw HistoryError(path, "was deleted or replaced while it was recorded to") }
  }
}
