import TerminalUI
import Testing

/// Labels of the time axis, and the division of time into the columns of a chart.
@Suite struct TimeAxisTests {
  /// Axes of many lengths, with ages, ages of a past snapshot, and local times.
  private static let axes: [(span: Double, end: TimeAxis.End)] =
    [30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400, 250_000].flatMap { span in
      [
        (span, .age(0)), (span, .age(12.3)), (span, .age(4000)), (span, .clock(1_795_874_712)),
        (span, .clock(1_795_824_001)),
      ]
    }

  @Test(arguments: 1...200) func labelsAreWholeAndApart(width: Int) {
    for (span, end) in TimeAxisTests.axes {
      let labels = TimeAxis(span: span, end: end, style: .plain, glyphs: .unicode).labels(in: width)
      if width >= 30 { #expect(labels.count >= 2, "an axis needs a second label") }
      var free = 0
      for label in labels {
        #expect(label.start >= free && label.start + label.text.count <= width && (0..<width).contains(label.tick))
        free = label.start + label.text.count + 2
      }
      #expect(labels.isEmpty || labels.last?.tick == width - 1, "the right end has a label")
    }
  }

  @Test(arguments: [(GlyphSet.unicode, "unicode"), (.ascii, "ascii")])
  func axisMatchesItsGolden(glyphs: GlyphSet, name: String) throws {
    let widths = [20, 30, 40, 60, 100, 200]
    let axes: [(Double, TimeAxis.End)] = [
      (30, .age(0)), (60, .age(0)), (60, .age(12)), (300, .age(0)), (3600, .age(0)), (86_400, .age(100)),
      (60, .clock(1_795_874_712)), (600, .clock(1_795_874_712)), (21_600, .clock(1_795_874_712)),
      (259_200, .clock(1_795_874_712)),
    ]
    var canvas = Canvas(size: Size(width: 200, height: widths.count * axes.count * 3))
    var y = 0
    for (span, end) in axes {
      for width in widths {
        let axis = TimeAxis(span: span, end: end, style: .plain, glyphs: glyphs)
        canvas.draw(axis, in: Rect(x: 0, y: y, width: width, height: 2))
        canvas.draw(axis, in: Rect(x: 0, y: y + 2, width: width, height: 1))
        y += 3
      }
    }
    try expectGolden(canvas, "time-axis-\(name)")
  }

  @Test func localTimesHaveTheDateOnlyOnLongAxes() {
    func labels(_ span: Double, _ time: Double) -> [String] {
      TimeAxis(span: span, end: .clock(time), style: .plain, glyphs: .ascii).labels(in: 60).map(\.text)
    }
    // 2026-11-28 14:05:12.
    #expect(labels(60, 1_795_874_712) == ["14:04:15", "14:04:30", "14:04:45", "14:05:12"])
    #expect(labels(3600, 1_795_874_712) == ["13:10", "13:20", "13:30", "13:40", "13:50", "14:05:12"])
    #expect(labels(172_800, 1_795_874_712).last == "11-28 14:05")
    // Leap day, last day of a year, and the start of 1970.
    #expect(labels(172_800, 1_709_208_000).last == "02-29 12:00")
    #expect(labels(172_800, 1_798_761_599).last == "12-31 23:59")
    #expect(labels(172_800, -60).last == "12-31 23:59" && labels(172_800, 0).last == "01-01 00:00")
  }

  @Test func columnsStayInPlaceWhileTimePasses() {
    // Columns of one second: a sample moves by whole columns.
    for tenths in 0..<40 {
      let columns = TimeColumns(10, span: 10, end: 100 + Double(tenths) / 10)
      let last = (tenths + 9) / 10
      #expect(columns.start == Double(90 + last))
      #expect(columns.indices(from: 99.5, to: 100) == 9 - last..<10 - last)
      #expect(columns.indices(from: 99.5, to: 100.5) == (last == 0 ? 9..<10 : 9 - last..<11 - last))
    }
    let columns = TimeColumns(10, span: 10, end: 100)
    #expect(columns.indices(from: 0, to: 90).isEmpty && columns.indices(from: 90, to: 90).isEmpty)
    #expect(columns.indices(from: 0, to: 200) == 0..<10 && columns.indices(from: 100, to: 101).isEmpty)
    #expect(columns.indices(from: 95, to: 95) == 4..<5, "an interval without length has the column of its end")
    #expect(TimeColumns(0, span: 10, end: 0).indices(from: 0, to: 1).isEmpty)
  }

  @Test func largestValueOfEachColumnIsKept() {
    let columns = TimeColumns(4, span: 8, end: 0)
    // Values of one second each: two per column, and none in the first column.
    #expect(columns.largest([3, 1, 2, 9, 4, 5], seconds: [1, 1, 1, 1, 1, 1], end: 0) == [nil, 3, 9, 5])
    // One value that covers three columns.
    #expect(columns.largest([7], seconds: [6], end: 0) == [nil, 7, 7, 7])
  }

  @Test func missingValuesAreGapsInCharts() {
    var canvas = Canvas(size: Size(width: 4, height: 1))
    canvas.draw(Sparkline([1, nil, 1], style: .plain, glyphs: .ascii), in: canvas.bounds)
    #expect(canvas.text() == " # #")
    canvas = Canvas(size: Size(width: 2, height: 1))
    canvas.draw(BrailleChart([0, nil, nil, 0], style: .plain, glyphs: .unicode), in: canvas.bounds)
    #expect(canvas.text() == "\u{2840}\u{2880}")
  }
}
