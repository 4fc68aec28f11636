import TerminalUI

/// List of workloads or commands to choose from; the typed text filters it.
struct PickerPanel {
  let title: String
  /// Returns the key that chooses an entry directly, by the index of the entry.
  let key: (Int) -> String
  let entries: [PlaybackStatus.Entry]
  let field: TextField
  let selection: ListSelection
  let theme: Theme
  let glyphs: GlyphSet

  /// Converts commands into entries that are found by their descriptions.
  static func entries(_ commands: [KeyMap.Binding]) -> [PlaybackStatus.Entry] {
    commands.map { PlaybackStatus.Entry(name: $0.help, summary: "") }
  }

  /// Returns the indices of the entries that contain the typed characters in this order, best first: names with the text as prefix,
  /// names with the text, names with the characters, then names and summaries together.
  static func matches(_ typed: String, among entries: [PlaybackStatus.Entry]) -> [Int] {
    let wanted = typed.lowercased().filter { $0 != " " }
    guard !wanted.isEmpty else { return Array(entries.indices) }
    func rank(_ entry: PlaybackStatus.Entry) -> Int? {
      let name = entry.name.lowercased()
      if name.hasPrefix(wanted) { return 0 }
      if name.contains(wanted) { return 1 }
      // Nearly every summary contains any two letters, so that a long list needs three.
      guard wanted.count > 2 || entries.count < 50 else { return nil }
      if PickerPanel.contains(name, charactersOf: wanted) { return 2 }
      return PickerPanel.contains(name + " " + entry.summary.lowercased(), charactersOf: wanted) ? 3 : nil
    }
    return entries.enumerated().compactMap { index, entry in rank(entry).map { (index, $0) } }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// Returns whether a text contains the characters in this order, with others in between.
  private static func contains(_ text: String, charactersOf characters: String) -> Bool {
    var rest = characters[...]
    for character in text where character == rest.first { rest = rest.dropFirst() }
    return rest.isEmpty
  }

  func draw(on canvas: inout Canvas, in bounds: Rect) {
    let found = PickerPanel.matches(field.text, among: entries)
    let width = entries.map { $0.name.displayWidth }.max() ?? 0
    let lines = found.enumerated().map { row, index in
      let entry = entries[index]
      let key = self.key(index)
      let name = entry.name + String(repeating: " ", count: max(0, width - entry.name.displayWidth) + 2)
      let style = row == selection.selected ? theme[.selected] : theme[.text]
      return [
        Span(key, row == selection.selected ? style : theme[.keyLabel]), Span(name, style),
        Span(entry.summary, row == selection.selected ? style : theme[.dim]),
      ]
    }
    let popup = Popup(
      title: title,
      lines: lines.isEmpty ? [[Span("No match", theme[.dim])]] : lines,
      offset: selection.offset, theme: theme, glyphs: glyphs)
    canvas.draw(popup, in: popup.frame(in: bounds))
  }
}
