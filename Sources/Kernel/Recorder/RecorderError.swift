/// Why the running kernel can't be recorded. `description` is one line that says what is missing and how to get it.
public enum RecorderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// tracefs is not mounted, or this process may not see it.
  case noTracefs
  /// The process may not use tracefs.
  case notPermitted(path: String)
  /// The kernel was built without these tracepoints.
  case noTracepoints
  /// A file of tracefs can't be read or written.
  case tracefs(path: String, reason: String)
  /// A format file lacks what is needed.
  case format(event: String, missing: String)
  /// The recording can't be written on.
  case output(path: String, reason: String)

  /// The error in one line, fit for a person.
  public var description: String {
    switch self {
    case .noTracefs:
      "tracefs is not mounted; mount it (`mount -t tracefs tracefs /sys/kernel/tracing`) and record as root"
    case .notPermitted(let path):
      "\(path): permission denied; recording a kernel takes root: run it with sudo (in a container: on the host, or "
        + "with --privileged)"
    case .noTracepoints:
      "this kernel has no kmem tracepoints (events/kmem in tracefs); it needs CONFIG_TRACEPOINTS and "
        + "CONFIG_ENABLE_DEFAULT_TRACERS or CONFIG_FTRACE"
    case .tracefs(let path, let reason): "\(path): \(reason); is another tracer holding it?"
    case .format(let event, let missing):
      "events/kmem/\(event)/format lacks the field \(missing); this kernel's events can't be read"
    case .output(let path, let reason): "cannot write \(path): \(reason)"
    }
  }
}
