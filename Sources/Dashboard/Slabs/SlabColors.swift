import Telemetry
import TerminalUI

/// Meaning of the colours in a slab map.
enum SlabColoring: Sendable, Hashable, CaseIterable {
  /// Cache with most objects in the slab if caches share slabs, else the page order.
  case owner
  case order
  case age

  /// Description on the screen.
  var title: String {
    switch self {
    case .owner:
      "cache with most objects in the slab, of the running kernel the call site; page order if there is only one"
    case .order: "page order of the slab"
    case .age: "age of the slab, of the running kernel that of its oldest object"
    }
  }
}

/// Colours of slabs and their legend.
struct SlabColors {
  private let coloring: SlabColoring
  private let ages: SlabAges
  private let theme: Theme
  /// Caches that share the slabs, by descending number of slabs.
  private let owners: [String]
  private var ownerStyles: [String: Style] = [:]

  init(_ slabs: some Sequence<SlabSnapshot>, _ coloring: SlabColoring, _ ages: SlabAges, _ theme: Theme) {
    (self.ages, self.theme) = (ages, theme)
    var counts: [String: Int] = [:]
    for slab in slabs { counts[slab.owner, default: 0] += 1 }
    owners = counts.keys.sorted { (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1) }
    for (index, name) in owners.enumerated() { ownerStyles[name] = theme.ledger[index % theme.ledger.count] }
    self.coloring = coloring == .owner && owners.count < 2 ? .order : coloring
  }

  /// Returns the colour of a slab.
  func style(of slab: SlabSnapshot) -> Style {
    switch coloring {
    case .owner: ownerStyles[slab.owner] ?? theme.orders[slab.order]
    case .order: theme.orders[slab.order]
    case .age: SlabColors.style(of: ages.age(of: slab), theme)
    }
  }

  /// Returns the legend; nil for page orders, which the map names itself.
  func legend(_ glyphs: GlyphSet) -> [Span]? {
    let entries: [(String, Style)] =
      switch coloring {
      case .order: []
      case .owner: owners.map { ($0, ownerStyles[$0] ?? .plain) }
      case .age: SlabAges.Age.allCases.map { ($0.title, SlabColors.style(of: $0, theme)) }
      }
    guard !entries.isEmpty else { return nil }
    return entries.flatMap { [Span("\(glyphs.full) ", $0.1), Span($0.0 + "  ", theme[.text])] }
  }

  private static func style(of age: SlabAges.Age, _ theme: Theme) -> Style {
    switch age {
    case .second: theme[.good]
    case .tenSeconds: theme[.sparkline]
    case .minute: theme[.accent]
    case .older: theme[.dim]
    }
  }
}
