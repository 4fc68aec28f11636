/// Error of recording the running kernel.
package enum RecorderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// tracefs is not mounted or not visible to the process.
  case noTracefs
  /// The process does not have the permission to use tracefs.
  case notPermitted(path: String)
  /// The kernel was built without the kmem tracepoints.
  case noTracepoints
  /// A file of tracefs cannot be read or written.
  case tracefs(path: String, reason: String)
  /// A format file lacks a required field.
  case format(event: String, missing: String)
  /// The recording cannot be written.
  case output(path: String, reason: String)

  /// Problem and remedy, in one line.
  package var description: String {
    switch self {
    case .noTracefs:
      "tracefs is not mounted; mount it (`mount -t tracefs tracefs /sys/kernel/tracing`) and record as root"
    case .notPermitted(let path):
      "\(path): permission denied; recording a kernel needs root: run it with sudo (in a container: on the host, or "
        + "with --privileged)"
    case .noTracepoints:
      "this kernel has no kmem tracepoints (events/kmem in tracefs); it needs CONFIG_TRACEPOINTS and "
        + "CONFIG_ENABLE_DEFAULT_TRACERS or CONFIG_FTRACE"
    case .tracefs(let path, let reason): "\(path): \(reason); check whether another tracer uses it"
    case .format(let event, let missing):
      "events/kmem/\(event)/format lacks the field \(missing); the events of this kernel cannot be read"
    case .output(let path, let reason): "cannot write \(path): \(reason)"
    }
  }
}
