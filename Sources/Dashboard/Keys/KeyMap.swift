import TerminalUI

/// Standard keys and their actions while nothing is being typed; `KeyBindings` applies the changes of the user. The key bar, the
/// help screen and the palette are made from this list.
enum KeyMap {
  /// Action of a key.
  enum Action: Sendable, Hashable {
    case workload(Int)
    case pause, faster, slower
    case stepEvents(Int)
    case move(Int)
    case movePage(Int)
    case first, last
    case sortLeft, sortRight, invert, scrollColumns(Int)
    case filter, clearFilter
    case fold, foldAll, follow, columns, nextList, severity
    case preset(Int)
    case legend, others, expand, coloring
    case policy, pick, page(DashboardPage), turnPage(Int), otherPolicy, advise, applyAdvice, addSize, exportCache
    case squeeze, release, highOrders, shuffling, sizes, shrinkCache
    case stepBack, stepForward, jump, now, mark, shorterSpan, longerSpan
    case palette
    case theme, export, record, help, explain, tour, redraw, quit
  }

  /// Keys of an action, and how the screen names them.
  struct Binding: Sendable {
    let keys: [Key]
    let action: Action
    /// Names of the keys on the help screen.
    let label: String
    /// Description of the action.
    let help: String
    /// Key and label in the key bar; nil for keys that it does not show.
    var bar: (key: String, label: String)?

    init(_ label: String, _ keys: [Key], _ action: Action, _ help: String, bar: (String, String)? = nil) {
      (self.keys, self.action, self.label, self.help) = (keys, action, label, help)
      self.bar = bar.map { (key: $0.0, label: $0.1) }
    }

    init(_ key: Character, _ action: Action, _ help: String, bar: String? = nil) {
      self.init(String(key), [.character(key)], action, help, bar: bar.map { (String(key), $0) })
    }
  }

  /// Bindings of one topic, under a heading.
  struct Group: Sendable {
    let title: String
    let bindings: [Binding]
  }

  static let groups = [screen, moving, table, time, playing, machine, pages]

  static let bindings = groups.flatMap(\.bindings) + workloads

  /// Order of the key bar, the most important action first; actions without room are left out.
  static let barOrder: [Action] = [
    .help, .tour, .explain, .pause, .faster, .filter, .sortLeft, .fold, .nextList, .severity, .stepBack, .turnPage(1),
    .preset(1),
    .policy, .export, .quit, .columns,
    .palette, .squeeze, .pick, .page(.comparison), .page(.sizes),
  ]

  private static let workloads = (1...10).map { number in
    Binding(Character(String(number % 10)), .workload(number - 1), "")
  }
}
