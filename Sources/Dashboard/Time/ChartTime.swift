import TerminalUI

/// Time range of the charts, which ends at the snapshot in view.
struct ChartTime: Sendable, Hashable {
  /// Length in seconds.
  let seconds: Double
  /// Label of the right end.
  let endLabel: TimeAxis.End
  /// Text for a title, such as "last 5 min".
  let title: String

  /// Labels of the charts with their definitions, for the help screen.
  static let labels = [
    DefinedLabel(
      "last", "Time span of the charts; [ and { choose it. Each column shows the largest slab memory of its interval."),
    DefinedLabel(
      "now",
      "Right end of the charts: the snapshot in view. Other times are ages, in a recorded history local times. "
        + "Time stands still while a replay is paused."),
  ]
}

extension DashboardState {
  /// Time span of the charts: the chosen one, or the standard one of the source.
  var chartSpan: ChartSpan { chosenSpan ?? ChartSpan.standard(interval: trends.memory.usualSeconds) }

  /// Length of the charts' time span in seconds; nil for the whole history.
  package var chartSpanSeconds: Double? { chartSpan.seconds }

  /// Time range of the charts.
  var chartTime: ChartTime {
    let memory = trends.memory
    let end = status.history?.localSeconds.map { TimeAxis.End.clock($0) } ?? .age(secondsAgo ?? 0)
    let shortest = Double(ChartSpan.halfMinute.rawValue)
    return ChartTime(
      seconds: chartSpan.seconds ?? max(shortest, memory.elapsed), endLabel: end, title: chartSpan.title)
  }

  /// Makes the charts show a longer time, or a shorter one if `steps` is negative.
  mutating func zoom(by steps: Int) -> [DashboardEffect] {
    chosenSpan = chartSpan.longer(by: steps)
    notice = ("Charts: \(chartSpan.title); each column shows the largest slab memory of its interval", false)
    return status.history == nil ? [] : [.readPast]
  }
}
