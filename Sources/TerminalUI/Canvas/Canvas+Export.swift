internal import TextOutput

extension Canvas {
  /// Returns the canvas as text with escape sequences, one line per row. `cat` reproduces the screen in a true-colour
  /// terminal.
  public func ansi() -> String {
    rows().map { row in row.map { ANSIText.styled($0.text, $0.style) }.joined() + "\n" }.joined()
  }

  /// Returns the canvas as a self-contained SVG image.
  /// - Parameters:
  ///   - foreground: Colour of text whose style has no foreground, as `#rrggbb`.
  ///   - background: Colour of the whole image behind the cells, as `#rrggbb`.
  public func svg(foreground: String = "#d0d0d0", background: String = "#101010") -> String {
    let (cellWidth, cellHeight) = (8.4, 17.0)
    let (width, height) = (Double(size.width) * cellWidth, Double(size.height) * cellHeight)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
        + "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">",
      "<rect width=\"\(width)\" height=\"\(height)\" fill=\"\(background)\"/>",
    ]
    for (y, row) in rows().enumerated() {
      var x = 0.0
      for run in row {
        let runWidth = Double(run.columns) * cellWidth
        let isReversed = run.style.attributes.contains(.reverse)
        let ink = run.style.foreground?.hex ?? foreground
        let ground = run.style.background?.hex
        if let fill = isReversed ? ink : ground {
          parts.append(
            "<rect x=\"\(x)\" y=\"\(Double(y) * cellHeight)\" width=\"\(runWidth)\" height=\"\(cellHeight)\" fill=\"\(fill)\"/>"
          )
        }
        if run.text.contains(where: { $0 != " " }) {
          let weight = run.style.attributes.contains(.bold) ? " font-weight=\"bold\"" : ""
          let fill = isReversed ? ground ?? background : ink
          parts.append(
            "<text x=\"\(x)\" y=\"\(Double(y) * cellHeight + 13)\" textLength=\"\(runWidth)\" "
              + "lengthAdjust=\"spacingAndGlyphs\" fill=\"\(fill)\"\(weight)>\(EscapedText.markup(run.text))</text>")
        }
        x += runWidth
      }
    }
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Adjacent cells of one row that have the same style.
  private struct StyledRun {
    var text = ""
    var columns = 0
    var style: Style
  }

  private func rows() -> [[StyledRun]] {
    (0..<size.height).map { y in
      var runs: [StyledRun] = []
      for x in 0..<size.width {
        let cell = self[Point(x: x, y: y)]
        if cell.isContinuation {
          if !runs.isEmpty { runs[runs.count - 1].columns += 1 }
          continue
        }
        if runs.last?.style != cell.style { runs.append(StyledRun(style: cell.style)) }
        runs[runs.count - 1].text.append(cell.glyph)
        runs[runs.count - 1].columns += 1
      }
      return runs
    }
  }
}

extension Color {
  /// Colour as `#rrggbb`; nil for the terminal's default colour.
  var hex: String? {
    guard case .rgb(let red, let green, let blue) = self else { return nil }
    func digits(_ value: UInt8) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }
    return "#" + digits(red) + digits(green) + digits(blue)
  }
}
