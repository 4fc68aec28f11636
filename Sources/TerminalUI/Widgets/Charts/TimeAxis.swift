/// Horizontal axis of a chart over time: a line with labelled ticks, the latest time at the right.
///
/// With two rows or more, the first row has the line and its ticks, and the second row the labels. With one row, the labels
/// interrupt the line. Labels are never cut and never overlap: the distance of the ticks depends on the room.
package struct TimeAxis: Widget {
  /// Time at the right end of the axis, and how times are labelled.
  package enum End: Hashable, Sendable {
    /// Age in seconds; labels are ages: `-1m30s`, `-30s`, `now`.
    case age(Double)
    /// Local time in seconds since 1970-01-01 00:00 local time; labels are times of day: `14:05:00`, with the date if the axis is
    /// longer than a day: `11-23 14:05`.
    case clock(Double)
  }

  /// Label and the column of its tick.
  package struct Label: Hashable, Sendable {
    /// Column of the tick, from 0.
    package let tick: Int
    /// Column of the first character.
    package let start: Int
    /// Text, one column per character.
    package let text: String
    /// First column after the text.
    var end: Int { start + text.count }
  }

  /// Seconds from the left to the right end.
  package var span: Double
  /// Right end.
  package var end: End
  /// Style of the line and of the labels.
  package var style: Style
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates an axis of `span` seconds.
  package init(span: Double, end: End, style: Style, glyphs: GlyphSet) {
    (self.span, self.end, self.style, self.glyphs) = (span, end, style, glyphs)
  }

  private static let day = 86_400.0
  /// Distances of two ticks to choose from, in seconds.
  private static let steps: [Double] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, day, 2 * day, 7 * day,
    30 * day,
  ]
  /// Smallest number of columns between two labels.
  private static let gap = 3

  /// Returns the labels of an axis of `width` columns, from left to right; empty if the label of the right end has no room.
  package func labels(in width: Int) -> [Label] {
    let text = endText
    guard text.count <= width, width > 0 else { return [] }
    let last = Label(tick: width - 1, start: width - text.count, text: text)
    for step in TimeAxis.steps where span / step <= Double(width) {
      if let labels = labels(in: width, step: step, before: last) { return labels + [last] }
    }
    return [last]
  }

  /// Returns the labels at multiples of `step` that have room before the label of the right end; nil if two of them overlap.
  private func labels(in width: Int, step: Double, before last: Label) -> [Label]? {
    var labels: [Label] = []
    var limit = last.start - TimeAxis.gap
    for time in times(step) {
      let share = 1 - time.age / span
      let tick = Int((share * Double(width - 1)).rounded())
      let start = min(max(0, tick - time.text.count / 2), width - time.text.count)
      let label = Label(tick: tick, start: start, text: time.text)
      guard label.end <= limit else {
        // A tick beside the right end has no label; two other ticks that are too close need a larger step.
        if labels.isEmpty { continue }
        return nil
      }
      labels.append(label)
      limit = start - TimeAxis.gap
    }
    return labels.reversed()
  }

  /// Returns the multiples of `step` within the axis, latest first, each with its age before the right end.
  private func times(_ step: Double) -> [(age: Double, text: String)] {
    let first: Double
    switch end {
    case .age(let age): first = step - age.truncatingRemainder(dividingBy: step)
    case .clock(let time): first = time - (time / step).rounded(.down) * step
    }
    return stride(from: first, through: span * (1 + 1e-9), by: step).map { distance in
      switch end {
      case .age(let age): (distance, TimeAxis.text(age: age + distance))
      case .clock(let time): (distance, clockText(time - distance, hasSeconds: step < 60))
      }
    }
  }

  private var endText: String {
    switch end {
    case .age(let age): TimeAxis.text(age: age)
    case .clock(let time): clockText(time, hasSeconds: true)
    }
  }

  /// Formats an age: now, -30s, -1m30s, -2h, -1h30m, -3d12h.
  private static func text(age: Double) -> String {
    let seconds = Int(age.rounded())
    guard seconds > 0 else { return "now" }
    let units = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    let index = units.firstIndex { seconds >= $0.0 } ?? units.count - 1
    let (length, name) = units[index]
    let rest = index + 1 < units.count ? seconds % length / units[index + 1].0 : 0
    return "-\(seconds / length)\(name)" + (rest == 0 ? "" : "\(rest)\(units[index + 1].1)")
  }

  private func clockText(_ time: Double, hasSeconds: Bool) -> String {
    let seconds = Int(time.rounded(.down))
    let (day, second) = (Int((time / TimeAxis.day).rounded(.down)), (seconds % 86_400 + 86_400) % 86_400)
    let clock = "\(TimeAxis.twoDigits(second / 3600)):\(TimeAxis.twoDigits(second / 60 % 60))"
    guard span <= TimeAxis.day else {
      let date = TimeAxis.date(ofDay: day)
      return "\(TimeAxis.twoDigits(date.month))-\(TimeAxis.twoDigits(date.day)) \(clock)"
    }
    return hasSeconds ? "\(clock):\(TimeAxis.twoDigits(second % 60))" : clock
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

  /// Returns the month and the day of the month of a number of days since 1970-01-01, in the Gregorian calendar.
  private static func date(ofDay number: Int) -> (month: Int, day: Int) {
    // Years begin in March, so that the leap day is the last day of a year; 400 years have 146,097 days.
    let shifted = number + 719_468
    let dayOfEra = (shifted % 146_097 + 146_097) % 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
  }

  /// Draws the axis into the first two rows of `rect`, or into one row if `rect` has only one.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height > 0 else { return }
    let labels = labels(in: rect.width)
    canvas.draw(glyphs.horizontal, count: rect.width, at: rect.origin, style: style)
    let isTall = rect.height > 1
    for label in labels {
      if isTall { canvas.draw(glyphs.tickBelow, at: Point(x: rect.minX + label.tick, y: rect.minY), style: style) }
      // In the line, a space separates the label from the line on each side.
      let (before, after) = (isTall || label.start == 0 ? "" : " ", isTall || label.end == rect.width ? "" : " ")
      let point = Point(x: rect.minX + label.start - before.count, y: rect.minY + (isTall ? 1 : 0))
      canvas.draw(before + label.text + after, at: point, style: style)
    }
  }
}
