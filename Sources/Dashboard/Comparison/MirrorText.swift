import TextOutput

/// Sentences about a mirror: the error of the model, the delay, the corrections, and what is not known.
struct MirrorText {
  let figures: MirrorFigures

  /// The sentences in the order of their importance, a line each.
  var lines: [String] {
    [model, delay, corrections, unknown] + (omitted.map { [$0] } ?? [])
  }

  private var model: String {
    func percent(_ value: Double) -> String { String(printf: "%+.2f %%", value) }
    func growth(_ bytes: Int) -> String { (bytes > 0 ? "+" : "") + NumberFormat.bytes(bytes) }
    return "linux model: error \(percent(figures.modelErrorPercent)), mean "
      + "\(String(printf: "%.2f %%", figures.meanModelErrorPercent)), worst \(percent(figures.worstModelErrorPercent)); "
      + "since the start kernel \(growth(figures.kernelGrowthBytes)), model \(growth(figures.modelGrowthBytes)) "
      + "(\(NumberFormat.count(figures.comparisons)) comparisons)"
  }

  private var delay: String {
    let lost = figures.lostEvents == 0 ? "none lost" : "\(NumberFormat.count(figures.lostEvents)) lost"
    return "Behind the kernel: \(NumberFormat.count(figures.eventsBehind)) events, "
      + "\(NumberFormat.count(figures.microsecondsBehind / 1000)) ms; "
      + "\(NumberFormat.count(figures.events)) events read, \(lost)"
  }

  private var corrections: String {
    let exact = figures.knowsLiveObjects ? "" : " (free objects on CPUs count as live)"
    return "Without events: \(NumberFormat.count(figures.unseenFreesByAddress)) reused addresses; corrected: "
      + "\(NumberFormat.count(figures.correctedFrees)) frees, \(NumberFormat.count(figures.correctedAllocations)) "
      + "allocations, by the kernel's counts\(exact)"
  }

  private var unknown: String {
    "Not known: sizes, sites, CPUs of \(NumberFormat.count(figures.olderObjects)) objects from before the start; page blocks "
      + "of large requests are left out"
  }

  private var omitted: String? {
    figures.omittedCaches.isEmpty
      ? nil : "Left out, because several caches have the same name: \(figures.omittedCaches.joined(separator: ", "))"
  }
}
