/// Quality and cost of the figures about the running kernel's traffic.
package struct TrafficStatus: Sendable, Hashable {
  /// Method that observes the traffic.
  package enum Method: String, Sendable, Hashable {
    /// BPF programs count in the kernel.
    case bpf = "BPF"
    /// The events of a tracefs instance are read and counted here.
    case tracefs
  }

  /// Method that observes the traffic.
  package var method: Method
  /// Reason why not BPF but tracefs is used, in one sentence; nil with BPF.
  package var methodReason: String?
  /// One object in `sampling` is followed from its allocation to its free: 1, 4, 16 or 64. Allocations are always all counted.
  package var sampling = 1
  /// Seconds since the start.
  package var seconds = 0.0
  /// Allocations and frees since the start, including those that were not followed.
  package var events = 0
  /// Allocations that failed since the start.
  package var failedAllocations = 0
  /// Objects that were not followed because the map of live objects was full.
  package var objectsNotFollowed = 0
  /// Allocations that no context counted because the map of contexts was full. They are in ``events``.
  package var allocationsWithoutContext = 0
  /// Runs of the programs that the kernel left out because an interrupt came while the same program was running on the CPU, and
  /// events that the tracer lost.
  package var missedEvents = 0
  /// Frees of objects that had been allocated before the start, or that are not followed.
  package var unmatchedFrees = 0
  /// Share of the time of all CPUs that the programs take, in percent; nil until it has been measured, and with tracefs.
  package var overheadPercent: Double?
  /// Whether ``overheadPercent`` is estimated from the number of events, because measuring it needs the capability SYS_ADMIN.
  package var isOverheadEstimated = false
  /// Whether the kernel's symbols are known. If not, call sites are addresses: reading the symbols needs root or the capability
  /// SYSLOG.
  package var hasSymbols = true
  /// Bytes of kernel memory in use for counting; nil if not known.
  package var kernelBytes: Int?

  /// Creates the status of a watch that begins.
  package init(method: Method) { self.method = method }
}
