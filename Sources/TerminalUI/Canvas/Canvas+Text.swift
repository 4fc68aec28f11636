extension Canvas {
  /// Draws text in one row. The style is laid over the style of each cell (``Style/over(_:)``).
  ///
  /// Text that does not fit is cut between graphemes: a wide grapheme that would be half outside is omitted. A character
  /// that is not printable is drawn as `?` (see `Character.isPrintable`), so that text cannot send escape sequences to the
  /// terminal, change the direction of other text, or hide characters.
  ///
  /// - Parameters:
  ///   - text: Text to draw.
  ///   - point: Position of the first column; may be outside the canvas.
  ///   - style: Style of the text.
  ///   - maxWidth: Maximum number of columns of the text; nil if unlimited.
  /// - Returns: Number of columns of the text, including those that were clipped.
  /// - Complexity: O(n) in the length of the text.
  @discardableResult
  public mutating func draw(_ text: some StringProtocol, at point: Point, style: Style, maxWidth: Int? = nil) -> Int {
    let limit = maxWidth ?? .max
    var used = 0
    // Fast path: in ASCII each byte is a grapheme, and nearly all text is ASCII.
    if text.isPrintableASCII {
      for byte in text.utf8.prefix(max(0, limit)) {
        place(asciiCharacters[Int(byte)], width: 1, at: Point(x: point.x + used, y: point.y), style: style)
        used += 1
      }
      return used
    }
    for character in text {
      let glyph = character.isPrintable ? character : "?"
      let width = glyph.displayWidth
      if width == 0 { continue }
      guard width <= limit - used else { break }
      place(glyph, width: width, at: Point(x: point.x + used, y: point.y), style: style)
      used += width
    }
    return used
  }

  /// Draws `glyph` in `count` adjacent cells of one row. The style is laid over the style of each cell.
  ///
  /// - Parameters:
  ///   - glyph: Grapheme one column wide.
  ///   - count: Number of cells.
  ///   - point: Position of the first cell.
  ///   - style: Style of the cells.
  public mutating func draw(_ glyph: Character, count: Int = 1, at point: Point, style: Style) {
    guard point.y >= clip.minY, point.y < clip.maxY else { return }
    for x in max(point.x, clip.minX)..<max(point.x, clip.minX, min(point.x + count, clip.maxX)) {
      let place = Point(x: x, y: point.y)
      put(Cell(glyph, style: style.over(cells[index(of: place)].style)), at: place)
    }
  }

  /// Draws spans one after the other in one row, as ``draw(_:at:style:maxWidth:)`` draws text.
  ///
  /// - Returns: Number of columns of all spans, including those that were clipped.
  @discardableResult
  public mutating func draw(_ spans: [Span], at point: Point, maxWidth: Int? = nil) -> Int {
    var used = 0
    for span in spans {
      let room = maxWidth.map { $0 - used }
      used += draw(span.text, at: Point(x: point.x + used, y: point.y), style: span.style, maxWidth: room)
    }
    return used
  }

  /// Draws text aligned in the first row of `rect`. Text wider than `rect` is truncated and ends with `ellipsis`.
  public mutating func draw(
    _ text: String, in rect: Rect, alignment: Alignment = .leading, style: Style, ellipsis: Character = "…"
  ) {
    let shown = text.truncated(to: rect.width, ellipsis: ellipsis)
    let x = rect.minX + alignment.offset(of: shown.displayWidth, in: rect.width)
    if rect.height > 0 { draw(shown, at: Point(x: x, y: rect.minY), style: style, maxWidth: rect.maxX - x) }
  }

  /// Returns the canvas as plain text: rows separated by newlines, without trailing spaces.
  public func text() -> String {
    (0..<size.height).map { y in
      let row = cells[(y * size.width)..<((y + 1) * size.width)].filter { !$0.isContinuation }.map(\.glyph)
      let end = row.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
      return String(row[..<end])
    }.joined(separator: "\n")
  }

  /// Draws a grapheme of `width` columns, if all of it is within the clip.
  private mutating func place(_ glyph: Character, width: Int, at point: Point, style: Style) {
    let right = Point(x: point.x + width - 1, y: point.y)
    guard clip.contains(point), clip.contains(right) else { return }
    let style = style.over(cells[index(of: point)].style)
    put(Cell(glyph, style: style), at: point)
    if width == 2 { put(.continuation(style: style), at: right) }
  }
}

extension StringProtocol {
  /// Returns the text, truncated to `width` columns including `ellipsis` if it is wider. A text of several words is cut
  /// between two of them, unless its first word is wider than `width`.
  public func truncated(to width: Int, ellipsis: Character) -> String {
    if isPrintableASCII, utf8.count <= width { return String(self) }
    guard displayWidth > width else { return String(self) }
    var kept = ""
    var left = width - ellipsis.displayWidth
    guard left >= 0 else { return "" }
    var words = kept
    for character in self {
      left -= character.displayWidth
      if character == " " { words = kept }
      if left < 0 { break }
      kept.append(character)
    }
    return (words.contains { $0 != " " } ? words : kept) + String(ellipsis)
  }
}

extension StringProtocol {
  /// Whether every byte is a printable ASCII character, which is one column wide.
  var isPrintableASCII: Bool { utf8.allSatisfy { (0x20..<0x7f).contains($0) } }
}

/// ASCII characters, indexed by code.
private let asciiCharacters = (0..<128).map { Character(Unicode.Scalar(UInt8($0))) }

extension Character {
  /// Whether the character can be drawn in a cell. Control characters, bidirectional and other invisible format characters, line
  /// separators, and graphemes of more scalars than any emoji has, cannot.
  var isPrintable: Bool { !isControl && (isASCII || unicodeScalars.count <= Character.largestScalarCount) }

  /// Largest number of scalars of a grapheme that is drawn: a family of four with skin tones has 11.
  private static let largestScalarCount = 12

  /// Whether the character is a control, format or separator character.
  private var isControl: Bool {
    guard let scalar = unicodeScalars.first else { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return true
    default: return false
    }
  }
}
