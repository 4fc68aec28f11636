/// Format of the input from which a recording was imported.
package enum RecordingOrigin: String, Sendable, CaseIterable {
  /// Text of `trace` and `trace_pipe` of tracefs, and of `trace-cmd report`, which has the same columns.
  case ftrace
  /// Text of `trace` with the option `latency-format`.
  case ftraceLatency = "ftrace-latency"
  /// Text of `perf script`.
  case perfScript = "perf-script"
  /// Text of a bpftrace script: `NANOSECONDS cpu=N pid=N comm=NAME EVENT: FIELDS`.
  case bpftrace
  /// Packet capture, converted to the allocations that a host receiving the packets would make.
  case pcap
  /// Binary ring buffer of the kernel, read by `slabscope record`.
  case tracefs
}
