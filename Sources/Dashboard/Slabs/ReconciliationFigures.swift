import Telemetry

/// Figures of the comparison of a cache's active objects with the objects that a watch of the running kernel follows.
enum ReconciliationFigures {
  /// Returns labels and figures, the most important first.
  static func figures(of reconciliation: Reconciliation) -> [(String, String)] {
    var figures = [
      ("active", bound(reconciliation.activeNow)), ("at start", bound(reconciliation.activeAtStart)),
      ("profiled", NumberFormat.range(reconciliation.profiledLive)),
      ("unseen frees", NumberFormat.range(reconciliation.unseenFrees)),
      ("older", NumberFormat.range(reconciliation.olderObjects)),
    ]
    if reconciliation.unseenAllocations > 0 {
      figures.append(("unseen allocations", "at least \(NumberFormat.count(reconciliation.unseenAllocations))"))
    }
    return figures
  }

  /// Labels of the figures with their definitions, for the help screen.
  static let labels = [
    DefinedLabel(
      "active",
      "Active objects now, as the kernel counts them: a range for a busy cache, an upper bound if free objects in per-CPU caches are "
        + "included."
    ),
    DefinedLabel("at start", "Active objects at the start of the watch."),
    DefinedLabel("profiled", Figure.profiledObjects.definition),
    DefinedLabel("unseen frees", Figure.cacheUnseenFrees.definition),
    DefinedLabel("older", Figure.olderObjects.definition),
    DefinedLabel(
      "unseen allocations",
      "Live objects whose allocation the watch did not see, at least: bulk allocations have no event."),
  ]

  /// Formats a number of active objects, of which the kernel may know the upper bound only.
  private static func bound(_ range: ClosedRange<Int>) -> String {
    range.lowerBound == 0 && range.upperBound > 0
      ? "<=" + NumberFormat.count(range.upperBound) : NumberFormat.range(range)
  }
}
