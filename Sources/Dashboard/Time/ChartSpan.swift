/// Time span of the charts. The raw value is its length in seconds, 0 for all snapshots that are kept.
enum ChartSpan: Int, Sendable, Hashable, CaseIterable {
  case halfMinute = 30
  case minute = 60
  case twoMinutes = 120
  case fiveMinutes = 300
  case tenMinutes = 600
  case halfHour = 1800
  case hour = 3600
  case sixHours = 21_600
  case day = 86_400
  case whole = 0

  /// Number of snapshots that the standard span contains at least.
  private static let fewestSnapshots = 45.0

  /// Returns the standard span of snapshots that are `interval` seconds apart: a minute, or more if the charts would have too few
  /// snapshots.
  static func standard(interval: Double) -> ChartSpan {
    allCases.dropFirst().first { $0.seconds.map { $0 >= interval * fewestSnapshots } ?? true } ?? .whole
  }

  /// Length in seconds; nil for all snapshots.
  var seconds: Double? { self == .whole ? nil : Double(rawValue) }

  /// Returns the span a number of steps longer, or shorter if negative; the shortest and the longest span are limits.
  func longer(by steps: Int) -> ChartSpan {
    let index = (ChartSpan.allCases.firstIndex(of: self) ?? 0) + steps
    return ChartSpan.allCases[min(max(0, index), ChartSpan.allCases.count - 1)]
  }

  /// Text for a title: last 30 s, last 5 min, last 6 h, all.
  var title: String {
    switch self {
    case .whole: "whole history"
    case _ where rawValue < 60: "last \(rawValue) s"
    case _ where rawValue < 3600: "last \(rawValue / 60) min"
    default: "last \(rawValue / 3600) h"
    }
  }
}
