import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Filter prompt: errors with their positions, and matches in pools.
@Suite struct FilterPromptTests {
  @Test func invalidFilterKeepsThePromptOpen() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    type("/wast > 1M", &state)
    _ = state.update(.input(.key(.enter)))
    guard case .filtering(let field) = state.mode else { return #expect(Bool(false), "the prompt is closed") }
    #expect(field.text == "wast > 1M" && state.notice?.isFailure == true)
    #expect(lines(state).last == " Filter: wast > 1M")
    #expect(lines(state).dropLast().last == " column 1: unknown field 'wast', did you mean 'waste'?")
    // Typing removes the notice; a valid filter closes the prompt.
    _ = state.update(.input(.key(.home)))
    for _ in 0..<4 { _ = state.update(.input(.key(.right))) }
    _ = state.update(.input(.key(.character("e"))))
    #expect(state.notice == nil && state.filterProblem == nil)
    _ = state.update(.input(.key(.enter)))
    #expect(state.mode == .browsing && state.filter == "waste > 1M" && state.notice == nil)
    // Esc closes the prompt whatever was typed.
    type("/(", &state)
    _ = state.update(.input(.key(.enter)))
    _ = state.update(.input(.key(.escape)))
    #expect(state.mode == .browsing && state.filter.isEmpty && state.notice == nil)
  }

  @Test func wrongPartOfTheFilterIsMarked() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    type("/use < 50 and wast > 1", &state)
    let canvas = DashboardView.draw(state, theme: .midnight, glyphs: .unicode)
    let marked = (0..<80).filter { canvas[Point(x: $0, y: 23)].style.attributes.contains(.underline) }
    let start = " Filter: use < 50 and ".count
    #expect(marked == Array(start..<start + 4))
  }

  @Test(arguments: [
    ("waste >", 7..<7), ("waste > x", 8..<9), ("use < 5 and wast > 1", 12..<16), ("  wast > 1", 2..<6),
    ("(order > 1", 10..<10), ("order > 1 slabs > 2", 10..<15), ("name > a", 5..<6), ("order ~ 2", 6..<7),
    ("name ~ [", 7..<8), (" /[/", 1..<4),
  ])
  func errorHasThePositionOfTheWrongPart(query: String, range: Range<Int>) {
    let error = #expect(throws: QueryError.self) { try CacheQuery(query) }
    #expect(error?.range == range, "\(query)")
  }

  @Test func unknownFigureMatchesNoComparison() throws {
    var cache = snapshot(second: 1).caches[0]
    cache.failedAllocations = nil
    for query in ["failed = 0", "failed != 0", "not failed > 0", "not failed != 0", "failed > 0 or failed <= 0"] {
      #expect(try !CacheQuery(query).includes(cache, CacheRates()), "\(query)")
    }
    #expect(try CacheQuery("failed = 0 or name = \(cache.name)").includes(cache, CacheRates()))
    #expect(try CacheQuery("not (failed = 0 and name = TCP)").includes(cache, CacheRates()))
  }

  @Test func filterShowsTheMatchInAFoldedPool() {
    var state = sharingDashboard(Size(width: 120, height: 40))
    _ = state.update(.input(.key(.character("E"))))
    #expect(!state.rows.contains { $0.name == "skbuff_small_head" })
    type("/small", &state)
    #expect(state.rows.map(\.name) == ["kmalloc-1k", "skbuff_small_head"])
    #expect(state.rows.first?.kind == .pool(sharers: 3, isOpen: true))
    // A filter that matches the pool's own cache does not unfold it, and without the filter it is folded again.
    _ = state.update(.input(.key(.control("u"))))
    type("1k", &state)
    #expect(state.rows.map(\.kind) == [.pool(sharers: 3, isOpen: false)])
    _ = state.update(.input(.key(.escape)))
    #expect(!state.rows.contains { $0.name == "skbuff_small_head" })
  }

  @Test func filterFindsAMergedCacheByItsOtherNames() {
    let status = PlaybackStatus(workloads: [.init(name: "Linux", summary: "")], current: 0, policy: "")
    var host = status
    host.source = SourceDescription(title: "The running kernel", capabilities: [.pausing, .speed])
    var state = DashboardState(status: host, size: Size(width: 120, height: 40))
    var machine = snapshot(second: 1)
    machine.caches[0].aliases = ["dentry", "inode_cache"]
    _ = state.update(.refreshed(machine, host, seconds: 1))
    type("/inode", &state)
    #expect(state.rows.map(\.name) == ["skbuff_head_cache", "inode_cache"])
  }

  private func type(_ text: String, _ state: inout DashboardState) {
    for key in text { _ = state.update(.input(.key(.character(key)))) }
  }

  private func lines(_ state: DashboardState) -> [String] {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text().split(separator: "\n").map(String.init)
  }
}
