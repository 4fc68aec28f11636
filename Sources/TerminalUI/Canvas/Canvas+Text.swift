extension Canvas {
  /// Draws text in one row, in a style laid over that of the cells beneath.
  ///
  /// Text that does not fit is cut at a grapheme: a wide one that would lie half outside is left out. Control characters,
  /// which could steer the terminal, show as `?`.
  ///
  /// - Parameters:
  ///   - point: where the first column comes; may lie outside the canvas.
  ///   - maxWidth: the columns the text may take; nil for all.
  /// - Returns: the columns the text took, drawn or clipped.
  /// - Complexity: O(n) in the length of the text.
  @discardableResult
  public mutating func draw(_ text: some StringProtocol, at point: Point, style: Style, maxWidth: Int? = nil) -> Int {
    let limit = maxWidth ?? .max
    var used = 0
    // Nearly all that is drawn is a letter or figure a byte: then no grapheme has to be looked for.
    if text.isPrintableASCII {
      for byte in text.utf8.prefix(max(0, limit)) {
        place(asciiCharacters[Int(byte)], width: 1, at: Point(x: point.x + used, y: point.y), style: style)
        used += 1
      }
      return used
    }
    for character in text {
      let glyph = character.isControl ? "?" : character
      let width = glyph.displayWidth
      if width == 0 { continue }
      guard width <= limit - used else { break }
      place(glyph, width: width, at: Point(x: point.x + used, y: point.y), style: style)
      used += width
    }
    return used
  }

  /// Draws one glyph, one column wide, so many times beside each other, in a style laid over that of the cells beneath.
  public mutating func draw(_ glyph: Character, count: Int = 1, at point: Point, style: Style) {
    guard point.y >= clip.minY, point.y < clip.maxY else { return }
    for x in max(point.x, clip.minX)..<max(point.x, clip.minX, min(point.x + count, clip.maxX)) {
      let place = Point(x: x, y: point.y)
      put(Cell(glyph, style: style.over(cells[index(of: place)].style)), at: place)
    }
  }

  /// Draws spans after each other in one row; see ``draw(_:at:style:maxWidth:)``.
  @discardableResult
  public mutating func draw(_ spans: [Span], at point: Point, maxWidth: Int? = nil) -> Int {
    var used = 0
    for span in spans {
      let room = maxWidth.map { $0 - used }
      used += draw(span.text, at: Point(x: point.x + used, y: point.y), style: span.style, maxWidth: room)
    }
    return used
  }

  /// Draws text in the first row of `rect`, aligned, and ended by `ellipsis` if it has to be cut.
  public mutating func draw(
    _ text: String, in rect: Rect, alignment: Alignment = .leading, style: Style, ellipsis: Character = "…"
  ) {
    let shown = text.truncated(to: rect.width, ellipsis: ellipsis)
    let x = rect.minX + alignment.offset(of: shown.displayWidth, in: rect.width)
    if rect.height > 0 { draw(shown, at: Point(x: x, y: rect.minY), style: style, maxWidth: rect.maxX - x) }
  }

  /// The canvas as text, for tests and dumps: rows parted by newlines, without the spaces at their ends.
  public func text() -> String {
    (0..<size.height).map { y in
      let row = cells[(y * size.width)..<((y + 1) * size.width)].filter { !$0.isContinuation }.map(\.glyph)
      let end = row.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
      return String(row[..<end])
    }.joined(separator: "\n")
  }

  private mutating func place(_ glyph: Character, width: Int, at point: Point, style: Style) {
    let right = Point(x: point.x + width - 1, y: point.y)
    guard clip.contains(point), clip.contains(right) else { return }
    let style = style.over(cells[index(of: point)].style)
    put(Cell(glyph, style: style), at: point)
    if width == 2 { put(.continuation(style: style), at: right) }
  }
}

extension StringProtocol {
  /// The text, cut to `width` columns and then ending in `ellipsis`, if it is wider than that.
  public func truncated(to width: Int, ellipsis: Character) -> String {
    if isPrintableASCII, utf8.count <= width { return String(self) }
    guard displayWidth > width else { return String(self) }
    var kept = ""
    var left = width - ellipsis.displayWidth
    guard left >= 0 else { return "" }
    for character in self {
      left -= character.displayWidth
      if left < 0 { break }
      kept.append(character)
    }
    return kept + String(ellipsis)
  }
}

extension StringProtocol {
  /// Whether each byte is a character one column wide.
  var isPrintableASCII: Bool { utf8.allSatisfy { (0x20..<0x7f).contains($0) } }
}

/// The characters of ASCII by their number.
private let asciiCharacters = (0..<128).map { Character(Unicode.Scalar(UInt8($0))) }

extension Character {
  /// Whether the character belongs to C0, DEL or C1.
  fileprivate var isControl: Bool {
    guard let scalar = unicodeScalars.first else { return false }
    return scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
  }
}
