/// State of a one-line text field, edited with the keys of readline.
package struct TextField: Hashable, Sendable {
  /// Text of the field.
  package private(set) var text: String
  /// Position of the cursor: number of graphemes before it.
  package private(set) var cursor: Int

  /// Creates a field with the cursor at the end of `text`.
  package init(_ text: String = "") {
    self.text = text
    cursor = text.count
  }

  /// Changes the text or moves the cursor in response to a key.
  ///
  /// - Returns: Whether the field handles the key. Enter and escape, for example, are left to the caller.
  package mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(character)
    case .backspace, .control("h"): delete(from: cursor - 1, to: cursor)
    case .delete, .control("d"): delete(from: cursor, to: cursor + 1)
    case .control("u"): delete(from: 0, to: cursor)
    case .control("k"): delete(from: cursor, to: text.count)
    case .control("w"): delete(from: startOfWord, to: cursor)
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(text.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = text.count
    default: return false
    }
    return true
  }

  /// Returns a widget that draws the field after `prompt`.
  /// - Parameters:
  ///   - prompt: Text before the field.
  ///   - style: Style of the prompt and the text.
  ///   - mark: Characters of the text that are drawn in `markStyle`, such as a wrong word; nil for none.
  ///   - markStyle: Style that is laid over the marked characters.
  package func view(
    prompt: String, style: Style, mark: Range<Int>? = nil, markStyle: Style = .plain
  ) -> some Widget {
    TextFieldView(field: self, prompt: prompt, style: style, mark: mark, markStyle: markStyle)
  }

  /// Start of the word before the cursor.
  private var startOfWord: Int {
    let before = text.prefix(cursor)
    let trimmed = before.reversed().drop { $0 == " " }.drop { $0 != " " }
    return trimmed.count
  }

  private mutating func insert(_ character: Character) {
    text.insert(character, at: text.index(text.startIndex, offsetBy: cursor))
    // A combining mark joins the grapheme before it, so that the number of graphemes may not grow.
    cursor = min(cursor + 1, text.count)
  }

  private mutating func delete(from start: Int, to end: Int) {
    let (start, end) = (max(0, start), min(end, text.count))
    guard start < end else { return }
    text = String(text.prefix(start)) + String(text.dropFirst(end))
    cursor = start
  }
}

/// Widget that draws a text field after a prompt.
private struct TextFieldView: Widget {
  let field: TextField
  let prompt: String
  let style: Style
  let mark: Range<Int>?
  let markStyle: Style

  /// Draws the text, scrolled so that the cursor is visible, and the cursor as a reversed cell.
  func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect.row(0), style: style)
    let used = canvas.draw(prompt, at: rect.origin, style: style)
    let room = rect.width - used
    var shown = field.text.prefix(field.cursor)
    while shown.displayWidth >= room, !shown.isEmpty { shown.removeFirst() }
    let hidden = field.cursor - shown.count
    let cursorX = rect.minX + used + shown.displayWidth
    let visible = shown + field.text.dropFirst(field.cursor)
    canvas.draw(visible, at: Point(x: rect.minX + used, y: rect.minY), style: style, maxWidth: max(0, room))
    if let mark {
      let start = rect.minX + used + visible.prefix(max(0, mark.lowerBound - hidden)).displayWidth
      let marked = visible.dropFirst(max(0, mark.lowerBound - hidden)).prefix(max(0, mark.count)).displayWidth
      // A missing part is marked by the cell in which it is expected.
      let width = min(max(1, marked), max(0, rect.maxX - start))
      canvas.restyle(Rect(x: start, y: rect.minY, width: width, height: 1), markStyle)
    }
    canvas.restyle(Rect(x: cursorX, y: rect.minY, width: 1, height: 1), Style(attributes: .reverse))
  }
}
