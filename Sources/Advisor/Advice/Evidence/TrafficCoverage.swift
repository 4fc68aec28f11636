import Profiles
import Recordings
import TextOutput

/// The part of a workload's traffic that advice on general caches can take into account, and the gaps in the recording.
package struct TrafficCoverage: Sendable, Hashable {
  /// Allocations of any kind.
  package let allocations: Int
  /// Allocations by size (kmalloc).
  package let generalAllocations: Int
  /// Sum of the allocated bytes of all allocations.
  package let allocatedBytes: Int
  /// Sum of the allocated bytes of allocations by size (kmalloc).
  package let generalAllocatedBytes: Int
  /// Objects that were freed without a trace event.
  package let unseenFrees: Int
  /// Number of objects that are live after the last event.
  package let liveAtEnd: Int
  /// skb data objects whose needed size is unknown, because the kernel rounds the size up before it allocates.
  package let unknownSizes: Int
  /// Events that the tracer lost; nil if the source does not say.
  package let lostEvents: Int?

  /// Share of the allocations that are by size.
  package var generalShare: Double { TrafficCoverage.share(generalAllocations, allocations) }
  /// Share of the allocated bytes that are of allocations by size.
  package var generalBytesShare: Double { TrafficCoverage.share(generalAllocatedBytes, allocatedBytes) }
  /// Share of the allocations whose free was not seen although the memory was allocated again.
  package var unseenFreesShare: Double { TrafficCoverage.share(unseenFrees, allocations) }

  /// Counts the traffic of a profile. Metadata of the allocator itself is not included.
  /// - Parameter unknownSizes: Number of skb data objects whose needed size is unknown.
  init(_ profile: AllocationProfile, unknownSizes: Int) {
    var (all, general) = (AllocationFigures(), AllocationFigures())
    for (context, figures) in zip(profile.contexts, profile.figures) {
      guard !AllocatorCallSites.contains(context.site) else { continue }
      all.addCounts(of: figures)
      if context.isGeneral { general.addCounts(of: figures) }
    }
    (allocations, generalAllocations) = (all.allocObjects, general.allocObjects)
    (allocatedBytes, generalAllocatedBytes) = (all.allocBytes, general.allocBytes)
    (unseenFrees, liveAtEnd) = (all.unseenFrees, all.liveObjects)
    self.unknownSizes = unknownSizes
    let lost = profile.sources.compactMap(\.lostEvents)
    lostEvents = lost.isEmpty ? nil : lost.reduce(0, +)
  }

  private static func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  /// The figures as lines for a terminal or a page.
  package var lines: [String] {
    func percent(_ share: Double) -> String { String(printf: "%.1f %%", share * 100) }
    var lines = [
      "\(generalAllocations) of \(allocations) allocations (\(percent(generalShare))) and \(generalAllocatedBytes) of "
        + "\(allocatedBytes) allocated bytes (\(percent(generalBytesShare))) are requests by size (kmalloc), which is all that "
        + "other general caches can change"
    ]
    if unseenFrees > 0 {
      lines.append(
        "\(unseenFrees) objects (\(percent(unseenFreesShare))) were freed without a trace event; they count as live until their "
          + "memory is allocated again")
    }
    if liveAtEnd > 0 { lines.append("\(liveAtEnd) objects are live at the end") }
    if unknownSizes > 0 {
      lines.append(
        "the needed size of \(unknownSizes) skb data objects is unknown, because the kernel rounds it up before it allocates; "
          + "they count with the rounded size")
    }
    if let lostEvents, lostEvents > 0 { lines.append("the tracer lost \(lostEvents) events") }
    return lines
  }
}
