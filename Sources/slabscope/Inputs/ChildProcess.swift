import Glibc

/// Program that runs beside this one. Its output is read through a pipe.
final class ChildProcess {
  private let process: pid_t
  private var status: Int32?
  /// Descriptor from which the output of the program is read; the caller closes it.
  let output: Int32
  /// Descriptor to which the input of the program is written; the caller closes it. nil if the program has no input.
  let input: Int32?

  /// Starts a program.
  /// - Parameters:
  ///   - command: path of the program and its arguments.
  ///   - errors: descriptor of the file for the error messages of the program.
  ///   - readsInput: whether the program has an input.
  /// - Returns: nil if the program cannot be started.
  init?(_ command: [String], errors: Int32, readsInput: Bool) {
    guard let printed = ChildProcess.makePipe() else { return nil }
    let fed = readsInput ? ChildProcess.makePipe() : nil
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    var (actions, attributes, none) = (posix_spawn_file_actions_t(), posix_spawnattr_t(), sigset_t())
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
      for end in [printed.write, fed?.read, nothing].compactMap({ $0 }) { close(end) }
    }
    posix_spawn_file_actions_adddup2(&actions, fed?.read ?? nothing, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, printed.write, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // The program ends by SIGPIPE when its output is not read any more, although this program ignores that signal.
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var pointers: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var started: pid_t = -1
    guard !readsInput || fed != nil, nothing >= 0,
      posix_spawn(&started, command[0], &actions, &attributes, &pointers, environ) == 0
    else {
      close(printed.read)
      if let fed { close(fed.write) }
      return nil
    }
    (process, output, input) = (started, printed.read, fed?.write)
  }

  /// Ends the program if it still runs.
  func terminate() {
    guard status == nil else { return }
    var ended: Int32 = 0
    if waitpid(process, &ended, WNOHANG) == 0 {
      kill(process, SIGTERM)
      while waitpid(process, &ended, 0) < 0, errno == EINTR {}
    }
    status = ended
  }

  /// Waits until the program has ended.
  /// - Returns: 0 if the program succeeded.
  func waitForEnd() -> Int32 {
    if let status { return status }
    var ended: Int32 = 0
    while waitpid(process, &ended, 0) < 0 {
      guard errno == EINTR else {
        ended = -1
        break
      }
    }
    status = ended
    return ended
  }

  /// Returns a pipe whose ends other programs do not inherit; nil if there are no more descriptors.
  private static func makePipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
