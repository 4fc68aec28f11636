internal import Glibc
import Synchronization

/// Tracefs instance of a tracer, with its own ring buffers and settings, so that other tracers are not disturbed
/// (Documentation/trace/ftrace.rst, "Instances").
///
/// The instance is removed when the object is destroyed. If the process is killed, a guard process removes it: a shell that
/// waits until this process's end of a pipe is closed.
final class TracefsInstance {
  /// Mount point of tracefs.
  let root: String
  /// Folder of the instance.
  let path: String
  private let guardPipe: Int32
  private let guardProcess: pid_t

  private static let prefix = "slabscope-"
  /// Number of instances that this process has created, so that each has another name.
  private static let created = Atomic(0)

  /// Creates an instance in which tracing is off.
  init() throws(RecorderError) {
    root = try TracefsInstance.findRoot()
    guard KernelFile.exists(root + "/events/kmem/kfree") else { throw .noTracepoints }
    let number = TracefsInstance.created.add(1, ordering: .relaxed).oldValue
    path = "\(root)/instances/\(TracefsInstance.prefix)\(getpid())" + (number == 0 ? "" : "-\(number)")
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw TracefsFile.failure(path) }
    (guardPipe, guardProcess) = TracefsInstance.startGuard(of: path)
    try set("tracing_on", to: "0")
  }

  deinit { remove() }

  /// Returns the mount point of tracefs, and mounts it if necessary and permitted.
  private static func findRoot() throws(RecorderError) -> String {
    for path in ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"] {
      if KernelFile.exists(path + "/events") { return path }
      if access(path, R_OK | X_OK) != 0, errno == EACCES { throw .notPermitted(path: path) }
    }
    // Mounting tracefs has no effect on other programs. Without the permission to mount it, the error describes how to.
    if geteuid() == 0, mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, nil) == 0,
      KernelFile.exists("/sys/kernel/tracing/events")
    {
      return "/sys/kernel/tracing"
    }
    throw .noTracefs
  }

  /// Numbers of the CPUs that have a ring buffer, in ascending order.
  var cpus: [Int] {
    KernelFile.names(in: path + "/per_cpu").compactMap { name in
      name.hasPrefix("cpu") ? Int(name.dropFirst(3)).flatMap { $0 <= Int(UInt16.max) ? $0 : nil } : nil
    }.sorted()
  }

  // MARK: Settings

  /// Writes a value to a file of the instance.
  func set(_ file: String, to value: String) throws(RecorderError) {
    try TracefsFile.write(value, to: "\(path)/\(file)")
  }

  /// Returns whether the instance has a file.
  func has(_ file: String) -> Bool { KernelFile.exists("\(path)/\(file)") }

  /// Returns the text of a file of the instance; nil if it cannot be read.
  func text(_ file: String) -> String? { KernelFile.text("\(path)/\(file)") }

  /// Writes process numbers to a file of the instance, at most 100 in each call, because the kernel limits the length.
  func set(_ file: String, toProcesses pids: [Int]) throws(RecorderError) {
    try set(file, to: " ")
    var rest = pids[...]
    while !rest.isEmpty {
      let some = rest.prefix(100).map(String.init).joined(separator: " ") + " "
      try TracefsFile.write(some, to: "\(path)/\(file)", appending: true)
      rest = rest.dropFirst(100)
    }
  }

  // MARK: Removal

  /// POSIX_SPAWN_SETSID (glibc, spawn.h), a macro that Swift does not import.
  private static let newSession: Int16 = 0x80

  private func remove() {
    // Errors cannot be reported here. The guard process tries again.
    try? set("tracing_on", to: "0")
    try? set("events/enable", to: "0")
    rmdir(path)
    close(guardPipe)
    var status: Int32 = 0
    waitpid(guardProcess, &status, 0)
  }

  /// Starts the shell that removes the instance when this process has ended or was killed.
  private static func startGuard(of path: String) -> (pipe: Int32, process: pid_t) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // The shell has its own session, so that Ctrl-C in the terminal does not end it.
    posix_spawnattr_setflags(&attributes, TracefsInstance.newSession)
    let script = "trap '' HUP INT TERM; read never; cd /; [ -d \"$0\" ] && { echo 0 >\"$0/tracing_on\"; rmdir \"$0\"; }"
    var process: pid_t = -1
    let arguments = ["/bin/sh", "-c", script, path]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    if posix_spawn(&process, "/bin/sh", &actions, &attributes, &pointers, environ) != 0 { process = -1 }
    return (ends[1], process)
  }
}
