import FoundationEssentials
import Glibc

/// A command that is recorded. Its process exists before recording starts, but runs the command only after `resume`, so that the first
/// event is recorded.
final class RecordedCommand {
  let process: pid_t
  private let gate: Int32
  private var ended: Int32?

  /// - Throws: a `Failure` if the program does not exist or cannot be started.
  init(_ command: [String]) throws {
    guard RecordedCommand.isProgram(command[0]) else {
      throw Failure.failed("\(command[0]): no such program; check the spelling, or give its path")
    }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure.failed("\(command[0]): cannot be started") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var (actions, attributes, none) = (posix_spawn_file_actions_t(), posix_spawnattr_t(), sigset_t())
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    sigemptyset(&none)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
      close(ends[0])
    }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 9)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // The shell becomes the command, with the same process ID.
    let arguments = ["/bin/sh", "-c", "read go <&9 || exit 1; exec 9<&-; exec \"$@\"", "sh"] + command
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var started: pid_t = -1
    guard posix_spawn(&started, "/bin/sh", &actions, &attributes, &pointers, environ) == 0 else {
      close(ends[1])
      throw Failure.failed("\(command[0]): cannot be started")
    }
    process = started
    gate = ends[1]
  }

  deinit { close(gate) }

  /// Starts the command.
  func resume() { _ = write(gate, "\n", 1) }

  /// Returns the exit status of the command, or 128 + n if signal n killed it; nil while it runs.
  func exitStatus() -> Int32? {
    if let ended { return ended }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    ended = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return ended
  }

  /// Sends a signal to the command if it still runs.
  func send(_ signal: Int32) {
    if exitStatus() == nil { Glibc.kill(process, signal) }
  }

  /// Ends the command if it still runs: with SIGTERM and, if it runs two seconds longer, with SIGKILL.
  func end() {
    send(SIGTERM)
    for _ in 0..<40 where exitStatus() == nil { usleep(50_000) }
    send(SIGKILL)
  }

  /// Waits until the command has ended.
  /// - Returns: its exit status, or 128 + n if signal n killed it.
  func waitForEnd() -> Int32 {
    while true {
      if let status = exitStatus() { return status }
      usleep(10_000)
    }
  }

  private static func isProgram(_ name: String) -> Bool {
    func isExecutable(_ path: String) -> Bool {
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
    if name.contains("/") { return isExecutable(name) }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { isExecutable("\($0)/\(name)") }
  }
}
