import TerminalUI

/// Keys and their actions: the standard bindings with the changes of the user.
package struct KeyBindings: Sendable {
  let bindings: [KeyMap.Binding]
  private let actions: [Key: KeyMap.Action]

  /// The bindings without changes.
  package static let standard = KeyBindings(KeyMap.bindings)

  private init(_ bindings: [KeyMap.Binding]) {
    self.bindings = bindings
    actions = Dictionary(
      bindings.flatMap { binding in binding.keys.map { ($0, binding.action) } }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// Returns the action of a key; nil if it has none.
  func action(for key: Key) -> KeyMap.Action? { actions[key] }

  /// The bindings by topic, for the help screen.
  var groups: [KeyMap.Group] {
    KeyMap.groups.map { group in
      let actions = Set(group.bindings.map(\.action))
      return KeyMap.Group(title: group.title, bindings: bindings.filter { actions.contains($0.action) })
    }
  }

  /// Commands of the palette: all that have a description, except the palette itself.
  var commands: [KeyMap.Binding] { bindings.filter { !$0.help.isEmpty && $0.action != .palette } }

  /// Names of the commands in a settings file, with their topics, standard keys and descriptions.
  package static var names: [(name: String, topic: String, keys: [String], help: String)] {
    KeyMap.groups.flatMap { group in
      group.bindings.filter { !$0.help.isEmpty }.map { ($0.action.name, group.title, $0.keys.map(\.name), $0.help) }
    }
  }

  /// Returns the standard bindings with other keys for some commands. A key that a command gets is removed from its former command.
  /// - Parameter changes: Keys by the name of the command.
  /// - Throws: `KeyBindingError` for an unknown command or key, or a key that two commands get.
  package static func standard(replacing changes: [String: [String]]) throws(KeyBindingError) -> KeyBindings {
    var given: [Key: String] = [:]
    var wanted: [String: [Key]] = [:]
    for (name, keys) in changes.sorted(by: { $0.key < $1.key }) {
      guard KeyMap.bindings.contains(where: { $0.action.name == name }) else {
        throw KeyBindingError(name: name, description: "unknown command '\(name)'", isKey: false)
      }
      for text in keys {
        guard let key = Key(named: text) else {
          throw KeyBindingError(
            name: name, description: "unknown key '\(text)': expected x, ctrl-x, F5, Tab, Space, Up and so on",
            isKey: true)
        }
        if let command = given[key] {
          throw KeyBindingError(name: name, description: "\(text) is already the key of \(command)", isKey: true)
        }
        given[key] = name
        wanted[name, default: []].append(key)
      }
    }
    return KeyBindings(
      KeyMap.bindings.map { binding in
        guard let keys = wanted[binding.action.name] else {
          return binding.with(keys: binding.keys.filter { given[$0] == nil })
        }
        return binding.with(keys: keys)
      })
  }
}

/// Error in the key bindings of a settings file.
package struct KeyBindingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Command whose binding is wrong.
  package let name: String
  /// Description of the error.
  package let description: String
  /// Whether the key is wrong; if not, the command's name is.
  package let isKey: Bool
}

extension KeyMap.Binding {
  /// Returns the binding with other keys, and labels made from them.
  fileprivate func with(keys: [Key]) -> KeyMap.Binding {
    guard keys != self.keys else { return self }
    var changed = KeyMap.Binding(keys.map(\.name).joined(separator: " "), keys, action, help)
    changed.bar = keys.isEmpty ? nil : bar.map { (keys[0].name, $0.label) }
    return changed
  }
}

extension KeyMap.Action {
  /// Name of the command in a settings file.
  var name: String {
    switch self {
    case .workload(let index): "workload-\(index + 1)"
    case .move(let distance): distance > 0 ? "down" : "up"
    case .movePage(let pages): pages > 0 ? "page-down" : "page-up"
    case .scrollColumns(let distance): distance > 0 ? "columns-right" : "columns-left"
    case .stepEvents(let count): "play-\(count)"
    case .preset(let steps): steps > 0 ? "next-layout" : "previous-layout"
    case .page(let page): "show-\(page.rawValue)"
    case .turnPage(let distance): distance > 0 ? "next-page" : "previous-page"
    default:
      String(describing: self).map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
    }
  }
}

extension Key {
  private static let words: [(String, Key)] = [
    ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("PgUp", .pageUp), ("PgDn", .pageDown),
    ("Home", .home), ("End", .end), ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("shift-Tab", .backtab),
    ("Backspace", .backspace), ("Delete", .delete), ("Insert", .insert), ("Space", .character(" ")),
  ]

  /// Name of the key in help and settings.
  var name: String {
    if let word = Key.words.first(where: { $0.1 == self }) { return word.0 }
    switch self {
    case .character(let character): return String(character)
    case .control(let character): return "ctrl-\(character)"
    case .function(let number): return "F\(number)"
    default: return "?"
    }
  }

  /// Creates the key of a name; nil if no key has the name.
  init?(named text: String) {
    if let word = Key.words.first(where: { $0.0.lowercased() == text.lowercased() }) {
      self = word.1
    } else if text.count == 1, let character = text.first {
      self = .character(character)
    } else if text.lowercased().hasPrefix("ctrl-"), text.count == 6, let letter = text.lowercased().last,
      letter.isLetter
    {
      self = .control(letter)
    } else if text.first == "F" || text.first == "f", let number = Int(text.dropFirst()), (1...12).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }
}
