import TerminalUI

/// Which key does what while browsing, unless somebody changed it (`KeyBindings`). The key bar, the help screen and the
/// palette are made from it, so that none can lie.
enum KeyMap {
  /// What a key asks for.
  enum Action: Sendable, Hashable {
    case workload(Int)
    case pause, faster, slower
    case stepEvents(Int)
    case move(Int)
    case movePage(Int)
    case first, last
    case sortLeft, sortRight, invert
    case filter, clearFilter
    case fold, foldAll, follow, columns
    case preset(Int)
    case legend, others, expand, coloring
    case policy, pick, page(DashboardPage), turnPage(Int), otherPolicy, advise, applyAdvice, addSize, exportCache
    case squeeze, release, highOrders, shuffling, sizes
    case stepBack, stepForward, jump, now, mark
    case palette
    case theme, export, help, redraw, quit
  }

  struct Binding: Sendable {
    let keys: [Key]
    let action: Action
    /// As the help screen names the keys and what they do.
    let label: String
    let help: String
    /// As the key bar does, where it has room; nil for keys that go without saying.
    var bar: (key: String, label: String)?

    init(_ label: String, _ keys: [Key], _ action: Action, _ help: String, bar: (String, String)? = nil) {
      (self.keys, self.action, self.label, self.help) = (keys, action, label, help)
      self.bar = bar.map { (key: $0.0, label: $0.1) }
    }

    init(_ key: Character, _ action: Action, _ help: String, bar: String? = nil) {
      self.init(String(key), [.character(key)], action, help, bar: bar.map { (String(key), $0) })
    }
  }

  /// Keys that belong together, under a heading.
  struct Group: Sendable {
    let title: String
    let bindings: [Binding]
  }

  static let groups = [screen, moving, table, time, playing, machine, pages]

  static let bindings = groups.flatMap(\.bindings) + workloads

  /// What the key bar offers, the most wanted first: what has no room is left out.
  static let barOrder: [Action] = [
    .help, .pause, .faster, .filter, .sortLeft, .stepBack, .turnPage(1), .preset(1), .policy, .export, .quit, .columns,
    .palette, .squeeze, .pick, .page(.comparison), .page(.sizes),
  ]

  private static let workloads = (1...10).map { number in
    Binding(Character(String(number % 10)), .workload(number - 1), "")
  }
}
