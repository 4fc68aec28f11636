import TerminalUI

/// A list to choose from by name, workloads or commands: what is typed narrows it down.
struct PickerPanel {
  let title: String
  /// What stands before an entry: the key that does the same.
  let key: (Int) -> String
  let entries: [PlaybackStatus.Entry]
  let field: TextField
  let selection: ListSelection
  let theme: Theme
  let glyphs: GlyphSet

  /// The commands as entries: what they do is what they are found by.
  static func entries(_ commands: [KeyMap.Binding]) -> [PlaybackStatus.Entry] {
    commands.map { PlaybackStatus.Entry(name: $0.help, summary: "") }
  }

  /// Indices of the entries whose name and summary have the typed characters in that order, the best first: those whose
  /// name begins so, then whose name has them.
  static func matches(_ typed: String, among entries: [PlaybackStatus.Entry]) -> [Int] {
    let wanted = typed.lowercased().filter { $0 != " " }
    guard !wanted.isEmpty else { return Array(entries.indices) }
    func rank(_ entry: PlaybackStatus.Entry) -> Int? {
      let name = entry.name.lowercased()
      if name.hasPrefix(wanted) { return 0 }
      if name.contains(wanted) { return 1 }
      // Of two letters, nearly every sentence has both.
      guard wanted.count > 2 || entries.count < 50 else { return nil }
      if PickerPanel.has(name, wanted) { return 2 }
      return PickerPanel.has(name + " " + entry.summary.lowercased(), wanted) ? 3 : nil
    }
    return entries.enumerated().compactMap { index, entry in rank(entry).map { (index, $0) } }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  private static func has(_ text: String, _ characters: String) -> Bool {
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
      lines: lines.isEmpty ? [[Span("none has that", theme[.dim])]] : lines,
      offset: selection.offset, theme: theme, glyphs: glyphs)
    canvas.draw(popup, in: popup.frame(in: bounds))
  }
}
