import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Severities, merging and filter of the machine's events, and the way to their moment.
@Suite struct EventLogTests {
  private func event(
    _ severity: MachineEvent.Severity, _ text: String, at second: Int, amount: Int? = nil
  ) -> MachineEvent {
    MachineEvent(
      severity: severity, cache: text, text: text, amount: amount, firstTime: second * 1_000_000,
      time: second * 1_000_000)
  }

  @Test func growthDoesNotPushOutFallbacksAndFailures() {
    var log = EventLog()
    log.add(event(.failure, "failed", at: 0, amount: 3))
    log.add(event(.warning, "fallback", at: 0, amount: 1))
    for second in 1...2000 { log.add(event(.information, "cache \(second) grew", at: second)) }
    #expect(log.events(from: .warning).map(\.text) == ["failed", "fallback"])
    #expect(log.events().count == 502 && log.events().last?.text == "cache 2000 grew")
    #expect(log.count(of: .information) == 2000 && log.count(of: .failure) == 1)
  }

  @Test func equalEventsInShortSuccessionAreMerged() {
    var log = EventLog()
    for second in 1...12 {
      log.add(event(.warning, "kmalloc-2k: ", at: second, amount: 3))
      log.add(event(.warning, "TCP: ", at: second, amount: 1))
    }
    #expect(log.events().map(\.description) == ["kmalloc-2k: 36", "TCP: 12"])
    #expect(log.events().map(\.count) == [12, 12] && log.count(of: .warning) == 24)
    #expect(log.events()[0].firstTime == 1_000_000 && log.events()[0].time == 12_000_000)
    // After more than 10 s, an equal event is a new one.
    log.add(event(.warning, "TCP: ", at: 23, amount: 5))
    #expect(log.events().map(\.description) == ["kmalloc-2k: 36", "TCP: 12", "TCP: 5"])
  }

  @Test func eventsAreListedWithTheNewestFirstAndFilteredBySeverity() {
    var state = eventsDashboard()
    #expect(text(state).contains("Events: 1 failure, 20 warnings, 1 information"))
    #expect(text(state).contains("x20") && text(state).contains("kmalloc-2k: 40 order fallbacks to order 0"))
    #expect(listed(state) == ["failure", "information", "warning"])
    _ = press(&state, .character("K"))
    #expect(state.notice?.text == "Events: warnings and failures" && listed(state) == ["failure", "warning"])
    _ = press(&state, .character("K"))
    #expect(listed(state) == ["failure"] && text(state).contains("shown: failures"))
    _ = press(&state, .character("K"))
    #expect(listed(state).count == 3)
    _ = press(&state, "/severity = warning or times > 90".map { .character($0) } + [.enter])
    #expect(listed(state) == ["warning"])
    _ = press(&state, .escape, .character("W"), .character("K"))
    #expect(state.notice?.text == "Only the events page can be filtered by severity: W shows it.")
  }

  @Test func enterOnAnEventShowsItsMomentAndEscReturns() {
    var state = eventsDashboard()
    // The growth at 45 s is the only information.
    _ = press(&state, "/severity = information".map { .character($0) } + [.enter])
    #expect(press(&state, .enter).contains(.show(.caches)))
    #expect(state.snapshot?.timeMicroseconds == 45_000_000 && state.isPast)
    #expect(state.selectedCache == "skbuff_head_cache")
    #expect(press(&state, .escape) == [.show(.events)] && !state.isPast && state.view == .events)
  }

  @Test func eventOutsideTheHistoryShowsItsText() {
    var state = eventsDashboard()
    // A long run drops the moment of the event from the history.
    for second in 51...700 { _ = state.update(.refreshed(machine(second: second), state.status, seconds: 1)) }
    _ = press(&state, "/severity = warning".map { .character($0) } + [.enter, .enter])
    #expect(text(state).contains("equal events") && text(state).contains("The history has no snapshot of this moment"))
    #expect(state.view == .events && !state.isPast)
  }

  /// Returns the state after order fallbacks from 21 to 40 s, growth at 45 s and a failure at 50 s.
  private func eventsDashboard() -> DashboardState {
    var state = watchedDashboard(Size(width: 160, height: 46))
    for second in 21...50 { _ = state.update(.refreshed(machine(second: second), state.status, seconds: 1)) }
    _ = press(&state, .character("W"))
    return state
  }

  private func machine(second: Int) -> Snapshot {
    var machine = snapshot(second: second)
    machine.caches[4].orderFallbacks = 2 * min(20, max(0, second - 20))
    machine.caches[4].fallbacksByOrder?[0] = 2 * min(20, max(0, second - 20))
    if second >= 45 {
      machine.caches[0].slabs += 200
      machine.caches[0].slabsByOrder[0] += 200
    }
    machine.failedAllocations = second >= 50 ? 7 : 0
    return machine
  }

  private func listed(_ state: DashboardState) -> [String] {
    guard let list = state.activeList?.list else { return [] }
    return (0..<list.count).map { row in
      if case .text(let text, _) = list.cells(row, .midnight, .unicode)[1] { text } else { "" }
    }
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) -> [DashboardEffect] { press(&state, keys) }

  private func press(_ state: inout DashboardState, _ keys: [Key]) -> [DashboardEffect] {
    keys.flatMap { state.update(.input(.key($0))) }
  }
}
