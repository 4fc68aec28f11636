import TerminalUI

/// Which keys do what: the standard ones, with those that somebody changed.
public struct KeyBindings: Sendable {
  let bindings: [KeyMap.Binding]
  private let actions: [Key: KeyMap.Action]

  /// As they come.
  public static let standard = KeyBindings(KeyMap.bindings)

  private init(_ bindings: [KeyMap.Binding]) {
    self.bindings = bindings
    actions = Dictionary(
      bindings.flatMap { binding in binding.keys.map { ($0, binding.action) } }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// What a key asks for; nil for keys that mean nothing.
  func action(for key: Key) -> KeyMap.Action? { actions[key] }

  /// The same by what they are about, for the help screen.
  var groups: [KeyMap.Group] {
    KeyMap.groups.map { group in
      let actions = Set(group.bindings.map(\.action))
      return KeyMap.Group(title: group.title, bindings: bindings.filter { actions.contains($0.action) })
    }
  }

  /// What the palette offers: every command that has words.
  var commands: [KeyMap.Binding] { bindings.filter { !$0.help.isEmpty && $0.action != .palette } }

  /// Names of what keys can do, with the standard keys, for a settings file.
  public static var names: [(name: String, keys: [String], help: String)] {
    KeyMap.bindings.filter { !$0.help.isEmpty }.map { ($0.action.name, $0.keys.map(\.name), $0.help) }
  }

  /// The standard keys, but for some commands others. A key that is given to a command is taken from the one that had it.
  /// - Throws: `KeyBindingError` for a command or key that does not exist, or a key that is given twice.
  public static func standard(but changes: [String: [String]]) throws(KeyBindingError) -> KeyBindings {
    var given: [Key: String] = [:]
    var wanted: [String: [Key]] = [:]
    for (name, keys) in changes.sorted(by: { $0.key < $1.key }) {
      guard KeyMap.bindings.contains(where: { $0.action.name == name }) else {
        throw KeyBindingError(name: name, description: "no command is called '\(name)'", isKey: false)
      }
      for text in keys {
        guard let key = Key(named: text) else {
          throw KeyBindingError(
            name: name, description: "'\(text)' is no key: write x, ctrl-x, F5, Tab, Space, Up", isKey: true)
        }
        if let other = given[key] {
          throw KeyBindingError(name: name, description: "\(text) is given to \(other) already", isKey: true)
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

/// A command or a key that does not exist.
public struct KeyBindingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The command that it is about.
  public let name: String
  /// What is wrong, in words.
  public let description: String
  /// Whether it is a key that is wrong, not the command's name.
  public let isKey: Bool
}

extension KeyMap.Binding {
  /// The same with other keys, and words for them where they differ.
  fileprivate func with(keys: [Key]) -> KeyMap.Binding {
    guard keys != self.keys else { return self }
    var changed = KeyMap.Binding(keys.map(\.name).joined(separator: " "), keys, action, help)
    changed.bar = keys.isEmpty ? nil : bar.map { (keys[0].name, $0.label) }
    return changed
  }
}

extension KeyMap.Action {
  /// What a settings file calls it.
  var name: String {
    switch self {
    case .workload(let index): "workload-\(index + 1)"
    case .move(let distance): distance > 0 ? "down" : "up"
    case .movePage(let pages): pages > 0 ? "page-down" : "page-up"
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

  /// As people write it.
  var name: String {
    if let word = Key.words.first(where: { $0.1 == self }) { return word.0 }
    switch self {
    case .character(let character): return String(character)
    case .control(let character): return "ctrl-\(character)"
    case .function(let number): return "F\(number)"
    default: return "?"
    }
  }

  /// Reads what `name` writes; nil for anything else.
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
