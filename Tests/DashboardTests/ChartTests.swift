import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Charts over time: their history, span and axes.
@Suite struct ChartTests {
  private func memory(_ bytes: Int, freePages: Int = 1 << 30) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.ledger[.livePayload] = bytes
    snapshot.ledger[.freePages] = freePages
    return snapshot
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func press(_ state: inout DashboardState, _ keys: String) -> [DashboardEffect] {
    keys.flatMap { state.update(.input(.key(.character($0)))) }
  }

  /// Peaks of one sample at each of these times, in seconds, in an hour and a half of half-second samples.
  @Test(arguments: [3, 200, 1000, 3000, 5399])
  func peaksRemainInEverySpan(time: Int) {
    var history = MemoryHistory()
    for step in 1...10_800 { history.add(memory(step == 2 * time ? 9999 : 100), nil, seconds: 0.5) }
    for span in [30.0, 60, 300, 600, 1800, 3600, 5400] {
      let columns = TimeColumns(100, span: span, end: history.now)
      let bytes = history.samples(in: columns).map { $0?.slabBytes }
      let age = history.now - Double(time)
      #expect(bytes.contains(9999) == (age < span), "a peak \(age) s ago, charts of \(span) s")
      #expect(bytes.allSatisfy { $0 != nil })
      // The peak is in the column of its time, or of the interval that was kept of it.
      if let index = bytes.firstIndex(of: 9999) {
        let at = columns.start + Double(index) * columns.width
        #expect(abs(at - Double(time)) <= max(columns.width, 32) + columns.width)
      }
    }
  }

  @Test func historyIsBounded() {
    var history = MemoryHistory()
    for _ in 0..<20_000 { history.add(memory(5), nil, seconds: 60) }
    #expect(history.elapsed <= 6 * 600 * 512)
    let columns = TimeColumns(50_000, span: history.now, end: history.now)
    #expect(Set(history.samples(in: columns).compactMap { $0?.time }).count <= 6 * 600)
  }

  @Test func gapsInARecordingAreEmpty() {
    var history = MemoryHistory()
    for _ in 0..<30 { history.add(memory(5), nil, seconds: 1) }
    history.add(memory(5), nil, seconds: 60)
    for _ in 0..<29 { history.add(memory(5), nil, seconds: 1) }
    let samples = history.samples(in: TimeColumns(120, span: 120, end: history.now))
    #expect(
      samples.map { $0 == nil ? "." : "#" }.joined()
        == [".", "#", ".", "#"].enumerated().map {
          String(repeating: $0.element, count: [1, 30, 59, 30][$0.offset])
        }.joined())
    // Rarer samples from now on are not gaps.
    for _ in 0..<4 { history.add(memory(5), nil, seconds: 30) }
    #expect(history.samples(in: TimeColumns(6, span: 60, end: history.now)).allSatisfy { $0 != nil })
  }

  @Test func lastColumnIsNeverEmpty() {
    var history = MemoryHistory()
    for _ in 0..<38 {
      history.add(memory(5), nil, seconds: 0.25)
      #expect(history.samples(in: TimeColumns(300, span: 30, end: history.now)).last.map { $0 != nil } == true)
    }
    for tenths in 1..<40 {
      let past = history.ending(secondsAgo: Double(tenths) / 10)
      #expect(past.samples(in: TimeColumns(300, span: 30, end: past.now)).last.map { $0 != nil } == true)
      #expect(abs(past.now - history.now + Double(tenths) / 10) < 1e-9)
    }
  }

  @Test func eachCurveKeepsItsOwnPeak() {
    var history = MemoryHistory()
    var (one, another) = (memory(900), memory(100))
    (one.kernelSlabBytes, another.kernelSlabBytes) = (10, 5000)
    history.add(one, nil, seconds: 1)
    history.add(another, nil, seconds: 1)
    let sample = history.samples(in: TimeColumns(1, span: 4, end: 2))[0]
    #expect(sample?.slabBytes == 900 && sample?.kernelBytes == 5000 && sample?.comparedBytes == nil)
  }

  @Test func keysChooseTheSpanOfTheCharts() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = press(&state, "v")
    #expect(text(state).contains("Slab memory by use, last 1 min") && text(state).contains(" now "))
    #expect(press(&state, "{").isEmpty && state.chartSpan == .twoMinutes)
    #expect(text(state).contains("last 2 min") && state.notice?.text.contains("last 2 min; each column") == true)
    _ = press(&state, "[[[[")
    #expect(state.chartSpan == .halfMinute && text(state).contains("last 30 s") && text(state).contains("-20s"))
    _ = press(&state, "{{{{{{{{{{{{")
    #expect(state.chartSpan == .whole && text(state).contains("Slab memory by use, whole history"))
    // In a recorded history, the past of the new span has to be read.
    var status = state.status
    status.history = HistoryPosition(index: 3, count: 90, time: "2026-11-28 14:05:12", localSeconds: 1_795_874_712)
    _ = state.update(.refreshed(snapshot(second: 21), status, seconds: 1))
    #expect(press(&state, "[") == [.readPast])
  }

  @Test func chartsEndAtTheSnapshotInView() throws {
    var state = watchedDashboard(Size(width: 120, height: 40), seconds: 40)
    _ = press(&state, "v")
    let now = state.trends.memory.now
    _ = press(&state, String(repeating: "t", count: 12))
    #expect(state.trends.memory.now == now - 12 && state.chartTime.endLabel == .age(12))
    #expect(text(state).contains("-12s") && !text(state).contains(" now "))
    _ = press(&state, "n")
    #expect(text(state).contains(" now ") && state.trends.memory.now == now)
  }

  @Test func chartsStandStillWhilePaused() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var status = state.status
    status.isPaused = true
    let (now, rate) = (state.trends.memory.now, state.cacheRates.allocations.events)
    for _ in 0..<5 { _ = state.update(.refreshed(snapshot(second: 20), status, seconds: 1)) }
    #expect(state.trends.memory.now == now && state.cacheRates.allocations.events == rate)
    // The memory hog changes the machine while the events are paused.
    var pressed = snapshot(second: 20)
    pressed.ledger[.pageHog] += 4096
    pressed.ledger[.freePages] -= 4096
    _ = state.update(.refreshed(pressed, status, seconds: 1))
    #expect(state.trends.memory.now == now + 1)
  }

  @Test(arguments: [(80, 24), (160, 46)])
  func historyOpensWithItsPastAndLocalTimes(width: Int, height: Int) throws {
    var state = watchedDashboard(Size(width: width, height: height), seconds: 0)
    _ = press(&state, "v{{{")
    // Ten minutes in intervals of two seconds, without caches, then one minute with caches.
    let earlier = (0..<300).map { number -> (Snapshot, seconds: Double) in
      var frame = snapshot(second: 1)
      frame.caches = []
      frame.ledger[.freeInPartialSlabs] += number % 50 * 20_000
      return (frame, number == 0 ? 0 : 2)
    }
    _ = state.update(.replayed((0..<60).map { (snapshot(second: $0), 1) }, earlier: earlier))
    var status = state.status
    status.history = HistoryPosition(index: 659, count: 660, time: "2026-11-28 14:05:12", localSeconds: 1_795_874_712)
    _ = state.update(.refreshed(snapshot(second: 59), status, seconds: 0))
    #expect(state.trends.memory.elapsed == 658 && state.chartSpan == .tenMinutes)
    #expect(state.cacheRates.allocations.rate(of: "kmalloc-1k") == 16_000)
    #expect(state.cacheRates.allocations.trend(of: ["kmalloc-1k"]).rates.count == 59)
    let glyphs = width == 80 ? GlyphSet.ascii : .unicode
    let theme = width == 80 ? Theme.monochrome : .midnight
    let drawn = DashboardView.draw(state, theme: theme, glyphs: glyphs).text()
    #expect(drawn.contains("14:05:12") && drawn.contains("13:58"))
    try expectGolden(drawn, "chart-history-\(width)x\(height)")
  }

  @Test func standardSpanHasEnoughSnapshots() {
    #expect(
      [0, 0.25, 1.1, 2, 5, 60, 3600].map(ChartSpan.standard) == [
        .minute, .minute, .minute, .twoMinutes, .fiveMinutes, .hour, .whole,
      ])
  }

  @Test func memoryOutsideSlabsIsOneFigure() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = press(&state, "v")
    #expect(text(state).contains("outside slabs 62.8 MiB: page hog 8.0 MiB, free pages 54.8 MiB"))
    #expect(text(state).contains("1.2 MiB┤") && text(state).contains("0 B└"))
    // A narrow pane has the sum only.
    _ = state.update(.input(.resize(Size(width: 60, height: 15))))
    #expect(text(state).contains("outside slabs 62.8 MiB") && !text(state).contains("outside slabs 62.8 MiB:"))
  }
}
