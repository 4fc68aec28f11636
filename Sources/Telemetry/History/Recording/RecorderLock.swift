import Glibc

/// Lock that prevents a second recorder from writing to a history, and check that the path still names the locked file.
///
/// SQLite locks with fcntl(2), whose locks are lost when the process closes any descriptor of the file. This lock
/// therefore uses flock(2), and its descriptor must be closed after those of SQLite.
final class RecorderLock {
  private let path: String
  private let descriptor: Int32

  /// Locks the file.
  /// - Throws: `HistoryError` if the file cannot be opened or another recorder has locked it.
  init(path: String) throws(HistoryError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw HistoryError(path, "cannot be written; check its permissions") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw HistoryError(path, "another slabscope is recording to it; use a different file for each recorder")
    }
  }

  deinit { close(descriptor) }

  /// Checks that the path still names the locked file. Otherwise snapshots would be written to a deleted file and lost.
  /// - Throws: `HistoryError` if the file was deleted or replaced.
  func check() throws(HistoryError) {
    var (locked, current) = (stat(), stat())
    guard fstat(descriptor, &locked) == 0, stat(path, &current) == 0, locked.st_ino == current.st_ino,
      locked.st_dev == current.st_dev
    else { throw HistoryError(path, "was deleted or replaced during the recording; start a new recording") }
  }
}
