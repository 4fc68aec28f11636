/// What can lie beside the table of caches.
enum Pane: Sendable, Hashable {
  case map, occupancy, ledger, events
}

/// Which panes lie beside the table of caches: a preset, and what was toggled since.
public struct Panes: Sendable, Hashable {
  /// Arrangements to choose from; `p` and `P` go through them in this order.
  public enum Preset: String, Sendable, Hashable, CaseIterable {
    case standard, table, slabs, graphs, overview

    /// What lies beside the table, the most important first.
    var panes: [Pane] {
      switch self {
      case .standard: [.map]
      case .table: []
      case .slabs: [.map, .occupancy]
      case .graphs: [.ledger, .events]
      case .overview: [.map, .ledger, .events]
      }
    }

    /// What it shows, in words.
    var summary: String {
      switch self {
      case .standard: "the caches, and the selected one's slabs"
      case .table: "the caches alone"
      case .slabs: "the caches, the selected one's slabs and how full they are"
      case .graphs: "the caches, memory over time, and what happens"
      case .overview: "the caches, slabs, memory over time, and what happens"
      }
    }
  }

  /// The arrangement that was chosen.
  public var preset = Preset.standard
  /// Whether what each part of memory is called is left out at the top.
  var hidesLegend = false
  /// Whether the table is alone for a while.
  var hidesOthers = false
  /// Whether the first pane beside the table has the whole room.
  var isExpanded = false

  /// A preset as it comes.
  public init(preset: Preset = .standard) { self.preset = preset }

  /// What lies beside the table.
  var others: [Pane] { hidesOthers ? [] : preset.panes }

  /// The preset so many steps on, with nothing toggled.
  func turned(by steps: Int) -> Panes {
    let all = Preset.allCases
    let index = (all.firstIndex(of: preset) ?? 0) + steps
    return Panes(preset: all[(index + all.count) % all.count])
  }
}
