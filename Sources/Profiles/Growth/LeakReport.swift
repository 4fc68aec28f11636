/// Result of a search for leaks.
package struct LeakReport: Sendable, Hashable {
  /// Suspects, those that may leak first, then by growth.
  package var suspects: [LeakSuspect]
  /// Seconds that were examined; nil if the times are not known.
  package var seconds: Double?
  /// Number of times at which live objects are known.
  package var moments: Int
  /// Number of pairs of call site and cache, or of caches, that were examined.
  package var examined: Int
  /// Whether call sites were examined, or only caches.
  package var hasSites: Bool
  /// Of all objects that ended, the share (0...1) that ended without a recorded free; nil if not known.
  package var unseenShare: Double?

  /// Caches whose growth was not judged because a timer frees their objects after the end of the time that was examined, with the
  /// seconds after which it does.
  package var delayedFrees: [String: Double] = [:]

  /// Creates a report. The suspects are sorted.
  package init(
    _ suspects: [LeakSuspect], seconds: Double?, moments: Int, examined: Int, hasSites: Bool, unseenShare: Double? = nil
  ) {
    (self.seconds, self.moments, self.examined) = (seconds, moments, examined)
    (self.hasSites, self.unseenShare) = (hasSites, unseenShare)
    self.suspects = suspects.sorted { LeakReport.key($0) < LeakReport.key($1) }
  }

  /// Returns the report with those suspects of another report whose caches are not suspect in this one: caches as a whole beside
  /// call sites.
  package func adding(_ caches: LeakReport) -> LeakReport {
    let found = Set(suspects.map(\.cache))
    var sum = LeakReport(
      suspects + caches.suspects.filter { !found.contains($0.cache) }, seconds: caches.seconds, moments: caches.moments,
      examined: examined, hasSites: hasSites, unseenShare: unseenShare)
    sum.delayedFrees = delayedFrees.merging(caches.delayedFrees) { one, _ in one }
    return sum
  }

  /// Whether there are enough moments, over a long enough time, to tell a leak from other growth.
  package var isConclusive: Bool {
    moments >= GrowthEvidence.leastPoints && seconds ?? .infinity >= GrowthEvidence.leastSeconds
  }

  /// Whether one of the suspects may be leaking.
  package var findsLeak: Bool { suspects.contains { $0.verdict.isLeak } }

  private static func key(_ suspect: LeakSuspect) -> (Int, Double, String, String) {
    let growth = suspect.growthBytesPerHour ?? Double(suspect.growthBytes)
    return (suspect.verdict.isLeak ? 0 : 1, -growth, suspect.cache, suspect.site ?? "")
  }
}
