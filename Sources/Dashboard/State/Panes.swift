/// Pane beside the cache table.
enum Pane: Sendable, Hashable {
  case map, occupancy, ledger, events
}

/// Panes beside the cache table: a preset, and changes by keys since it was chosen.
package struct Panes: Sendable, Hashable {
  /// Named layouts; `p` and `P` choose the next and the previous one.
  package enum Preset: String, Sendable, Hashable, CaseIterable {
    case standard, table, slabs, graphs, overview

    /// Panes beside the table, the most important first.
    var panes: [Pane] {
      switch self {
      case .standard: [.map]
      case .table: []
      case .slabs: [.map, .occupancy]
      case .graphs: [.ledger, .events]
      case .overview: [.map, .ledger, .events]
      }
    }

    /// Description of the layout.
    var summary: String {
      switch self {
      case .standard: "caches, slabs of the selected cache"
      case .table: "caches only"
      case .slabs: "caches, slabs of the selected cache, slabs by occupancy"
      case .graphs: "caches, memory over time, events"
      case .overview: "caches, slabs, memory over time, events"
      }
    }
  }

  /// Layout that was chosen.
  package var preset = Preset.standard
  /// Whether the legend of machine memory in the header is hidden.
  var hidesLegend = false
  /// Whether the panes are hidden, so that the table has the whole screen.
  var hidesOthers = false
  /// Whether the first pane has the whole screen instead of the table.
  var isExpanded = false

  /// Creates the panes of a preset.
  package init(preset: Preset = .standard) { self.preset = preset }

  /// Visible panes.
  var visiblePanes: [Pane] { hidesOthers ? [] : preset.panes }

  /// Returns the preset a number of steps further, without changes by keys.
  func preset(advancedBy steps: Int) -> Panes {
    let all = Preset.allCases
    let index = (all.firstIndex(of: preset) ?? 0) + steps
    return Panes(preset: all[(index + all.count) % all.count])
  }
}
