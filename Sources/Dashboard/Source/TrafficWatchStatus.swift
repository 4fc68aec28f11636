import TextOutput

/// Method, cost and quality of a watch of the running kernel's traffic.
package struct TrafficWatchStatus: Sendable, Hashable {
  /// Name of the method: BPF or tracefs.
  package var method: String
  /// Reason why not BPF but tracefs is used; nil with BPF.
  package var methodReason: String?
  /// One object in this number is followed from its allocation to its free. Allocations are always all counted.
  package var sampling = 1
  /// Whether call stacks are recorded.
  package var recordsStacks = false
  /// Allocations and frees since the start.
  package var events = 0
  /// Allocations that failed since the start.
  package var failedAllocations = 0
  /// Objects that were not followed because the map of live objects was full.
  package var objectsNotFollowed = 0
  /// Allocations that no context counted because the map of contexts was full.
  package var allocationsWithoutContext = 0
  /// Events that were missed: the program was interrupted by itself, or the tracer lost them.
  package var missedEvents = 0
  /// Frees of objects that are older than the watch, or are not followed.
  package var unmatchedFrees = 0
  /// Share of the time of all CPUs that counting takes, in percent; nil if not known.
  package var overheadPercent: Double?
  /// Whether ``overheadPercent`` is estimated, because measuring it needs the capability SYS_ADMIN.
  package var isOverheadEstimated = false
  /// Whether call sites have names. If not, they are addresses, because the kernel hides its symbols.
  package var hasSymbols = true
  /// Largest share that the user allows, in percent.
  package var maximumOverheadPercent = 5.0
  /// Bytes of kernel memory in use for counting; nil if not known.
  package var kernelBytes: Int?

  /// Creates the status of a watch that begins.
  package init(method: String) { self.method = method }

  /// Events and objects that the figures lack.
  var lost: Int { missedEvents + objectsNotFollowed + allocationsWithoutContext }

  /// Note for a title that figures are scaled; empty if all objects are followed.
  func scalingNote(_ figures: String) -> String {
    sampling > 1 ? "; 1 in \(sampling): \(figures) scaled" : ""
  }

  /// Share of CPU time with one or two digits; nil if not known.
  var overheadText: String? {
    overheadPercent.map { percent in
      let tenths = Int((percent * 10).rounded())
      return percent > 0 && tenths == 0 ? "<0.1 % CPU" : "\(tenths / 10).\(tenths % 10) % CPU"
    }
  }
}

extension TrafficWatchStatus {
  /// The figures of the watch with their definitions, for the help screen.
  var lines: [(label: String, text: String)] {
    func count(_ value: Int, _ text: String) -> String { "\(NumberFormat.count(value)): \(text)" }
    var lines = [
      ("method", methodReason.map { "\(method), because \($0)" } ?? "\(method): programs count in the kernel")
    ]
    lines.append(
      (
        "sampling",
        sampling == 1
          ? "all objects are followed from their allocation to their free"
          : "1 object in \(sampling) is followed from its allocation to its free: live objects, frees and lifetimes are scaled; "
            + "allocations are all counted"
      ))
    lines.append(("call stacks", recordsStacks ? "recorded" : "not recorded (--stacks records them)"))
    if !hasSymbols {
      lines.append(
        ("call sites", "addresses, because the kernel hides its symbols (needs root or the capability SYSLOG)"))
    }
    let overhead = overheadText ?? "not known"
    lines.append(
      (
        "overhead",
        "\(overhead)\(isOverheadEstimated ? ", estimated" : ""): share of the time of all CPUs; at most \(String(printf: "%g", maximumOverheadPercent)) % (--max-overhead)"
      ))
    if let kernelBytes { lines.append(("kernel memory", "\(NumberFormat.bytes(kernelBytes)) in use for counting")) }
    lines.append(("events", count(events, "allocations and frees since the start")))
    lines.append(("failed", count(failedAllocations, "allocations that failed since the start")))
    lines.append(
      ("missed events", count(missedEvents, "events that came while the same program was running, or were lost")))
    lines.append(("not followed", count(objectsNotFollowed, "objects for which the map of live objects had no room")))
    lines.append(
      ("no context", count(allocationsWithoutContext, "allocations for which the map of contexts had no room")))
    lines.append(
      ("unmatched", count(unmatchedFrees, "frees of objects that are older than the watch, or are not followed")))
    return lines.map { (label: $0.0, text: $0.1) }
  }
}
