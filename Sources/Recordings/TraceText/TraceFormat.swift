/// The text formats in which tools print kmem events.
public enum TraceFormat: String, Sendable, CaseIterable {
  /// `trace` and `trace_pipe` of tracefs, and `trace-cmd report`, which prints the same columns.
  case ftrace
  /// ftrace with the `latency-format` option.
  case ftraceLatency = "ftrace-latency"
  case perfScript = "perf-script"
  /// Lines of a bpftrace script: `NANOSECONDS cpu=N pid=N comm=NAME EVENT: FIELDS`.
  case bpftrace
  /// No text: packets, turned into what they would have allocated.
  case pcap
  /// No text: a kernel's ring buffer, read by `slabscope record`.
  case tracefs
}
