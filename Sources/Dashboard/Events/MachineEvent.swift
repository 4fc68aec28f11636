/// Event of the machine, or several equal events in short succession.
struct MachineEvent: Sendable, Hashable {
  /// Severity, the most severe last.
  enum Severity: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// Growth, added and retired sizes, shared slabs.
    case information
    /// Order fallbacks.
    case warning
    /// Failed allocations.
    case failure

    /// Name on the screen and in filters.
    var name: String {
      switch self {
      case .information: "information"
      case .warning: "warning"
      case .failure: "failure"
      }
    }

    /// Plural of the name; information has none.
    var plural: String { self == .information ? name : name + "s" }

    static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
  }

  let severity: Severity
  /// Cache that the event is about; nil for the whole machine.
  let cache: String?
  /// Text before the amount, or the whole text if there is no amount.
  let text: String
  /// Amount that is summed when events are merged, such as a number of order fallbacks; nil for none.
  var amount: Int?
  /// Text after the amount.
  var textAfterAmount = ""
  /// Time of the first and the last of the merged events, in microseconds of the workload.
  var firstTime: Int
  var time: Int
  /// Number of merged events.
  var count = 1
  /// Number of the event since the start of the machine, which identifies it.
  var number = 0

  /// The whole text with the amount.
  var description: String { text + (amount.map(NumberFormat.count) ?? "") + textAfterAmount }

  /// Returns whether another event says the same, with any amount.
  func isEqual(to other: MachineEvent) -> Bool {
    severity == other.severity && cache == other.cache && text == other.text && textAfterAmount == other.textAfterAmount
  }
}
