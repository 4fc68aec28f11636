import TerminalUI

/// Pane of the tour: the step's text and quotation, the figure to watch, the keys to press, and the effect.
struct TourPanel: Widget {
  let tour: TourProgress
  let keys: KeyBindings
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: theme[.text])
    canvas.draw(Box(title: title, border: theme[.border], titleStyle: theme[.title], glyphs: glyphs), in: rect)
    let help = " " + TourPanel.navigation(width: rect.width - 4) + " "
    canvas.draw(help, at: Point(x: rect.minX + 2, y: rect.maxY - 1), style: theme[.keyLabel])
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let gap = inside.height > 20 ? [[Span]()] : []
    let (above, below) = (parts(width: inside.width), lines(of: status, width: inside.width))
    let lines = above.flatMap { $0 + gap }
    for (index, line) in lines.prefix(inside.height - below.count).enumerated() {
      canvas.draw(line, at: Point(x: inside.minX, y: inside.minY + index))
    }
    // In a high pane the status follows the text; in a low one it has the last lines.
    let start = gap.isEmpty ? inside.height - below.count : min(lines.count, inside.height - below.count)
    for (index, line) in below.enumerated() {
      canvas.draw(line, at: Point(x: inside.minX, y: inside.minY + start + index))
    }
  }

  private var title: String {
    let section = tour.step.section.map { " (\($0))" } ?? ""
    return "Tour \(tour.index + 1) of \(tour.steps.count): \(tour.step.title)\(section)"
  }

  private static func navigation(width: Int) -> String {
    let long = "Enter next   Backspace back   Esc leave, keep the machine"
    return long.count + 2 <= width ? long : "Enter next  Backspace back  Esc leave"
  }

  /// Number of lines of the text and of the status at a width.
  func lineCount(width: Int) -> Int { parts(width: width).joined().count + lines(of: status, width: width).count }

  /// The text and the quotation.
  private func parts(width: Int) -> [[[Span]]] {
    let quotation = tour.step.quotation.map { "Mail: \"\($0)\"" }
    return [(tour.step.text, theme[.text]), (quotation ?? "", theme[.accent])].filter { !$0.0.isEmpty }.map {
      text, style in
      TextWrapping.lines(of: text, width: width).map { [Span($0, style)] }
    }
  }

  private func lines(of status: [(text: String, style: Style)], width: Int) -> [[Span]] {
    status.flatMap { text, style in TextWrapping.lines(of: text, width: width).map { [Span($0, style)] } }
  }

  /// The figure to watch with the next key, or the effect.
  private var status: [(text: String, style: Style)] {
    let figure = tour.figure.map { [("\(glyphs.pointer) \($0)", theme[.text].adding(.bold))] } ?? []
    switch tour.stage {
    case .preparing: return figure + [("Wait: the machine fills its memory.", theme[.dim])]
    case .waitingForKey:
      return figure + [("Press \(keyName) to \(tour.step.effectOfKeys).", theme[.warning].adding(.bold))]
    case .waitingForEffect: return figure + [("Watch the marked figures.", theme[.dim])]
    case .reached(let text):
      return [("The effect is there: \(text)", theme[.good].adding(.bold))]
    case .failed(let reason): return [(reason, theme[.warning])]
    }
  }

  /// Name of the key to press next, and of those after it.
  private var keyName: String {
    tour.step.actions.dropFirst(tour.step.actions.firstIndex { $0 == tour.nextAction } ?? 0)
      .map { keys.name(of: $0) ?? "a key of \($0.name)" }.joined(separator: ", then ")
  }
}
