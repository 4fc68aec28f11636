import Foundation
import Telemetry
import TerminalUI
import Testing
import Workloads

@testable import Dashboard

/// Cache table: rows, columns and the panes beside it.
@Suite struct TableTests {
  @Test func poolUnfoldsIntoItsCaches() throws {
    var state = sharingDashboard(Size(width: 120, height: 40))
    let unfolded = state.rows.map(\.name)
    let pool = try #require(state.rows.firstIndex { $0.name == "kmalloc-1k" })
    #expect(state.rows[pool].kind == .pool(sharers: 3, isOpen: true))
    #expect(unfolded[pool + 1...pool + 3] == ["kmalloc-1k", "skbuff_head_cache", "skbuff_small_head"])
    // The figures of the pool are sums; each cache has its own.
    let snapshot = try #require(state.snapshot)
    let together = state.list.figures(of: state.rows[pool], in: snapshot)
    let own = state.list.figures(of: state.rows[pool + 1], in: snapshot)
    #expect(together.activeObjects == 180 + 700 + 250 && own.activeObjects == 180)
    #expect(together.slabBytes == snapshot.caches[0].slabBytes + snapshot.caches[1].slabBytes + own.slabBytes)
    try expectGolden(draw(state), "sharing")

    // Folding from a cache of the pool selects the pool.
    for _ in 0..<(pool + 2) { _ = press(&state, .down) }
    #expect(state.selectedCache == "skbuff_head_cache")
    _ = press(&state, .enter)
    #expect(state.rows.count == unfolded.count - 3 && state.selectedCache == "kmalloc-1k")
    #expect(state.selected?.activeObjects == together.activeObjects)
    _ = press(&state, .character("E"))
    #expect(state.rows.count == unfolded.count - 3)
    _ = press(&state, .character("E"), .home)
    #expect(state.rows.map(\.name) == unfolded)
    _ = press(&state, .end, .enter)
    #expect(state.notice?.text.hasPrefix("This cache shares its slabs with no other") ?? false)
  }

  @Test func filterKeepsPoolOfMatchingCache() {
    var state = sharingDashboard(Size(width: 120, height: 40))
    _ = press(&state, [.character("/")] + "small".map { .character($0) } + [.enter])
    #expect(state.rows.map(\.name) == ["kmalloc-1k", "skbuff_small_head"])
  }

  @Test func mergedCacheUnfoldsIntoItsNames() {
    let status = PlaybackStatus(
      workloads: [.init(name: "Linux", summary: "")], current: 0, policy: "", speed: .normal)
    var host = status
    host.source = SourceDescription(title: "The running kernel", capabilities: [.pausing, .speed])
    var state = DashboardState(status: host, size: Size(width: 120, height: 40))
    var machine = snapshot(second: 1)
    machine.caches[0].aliases = ["dentry", "inode"]
    _ = state.update(.refreshed(machine, host, seconds: 1))
    let folded = state.rows.count
    let row = state.rows.firstIndex { $0.name == "skbuff_head_cache" } ?? 0
    #expect(state.rows[row].kind == .pool(sharers: 2, isOpen: false))
    for _ in 0..<row { _ = press(&state, .down) }
    _ = press(&state, .enter)
    #expect(state.rows.count == folded + 2 && state.rows[row + 1].name == "dentry")
    #expect(draw(state).contains("├ dentry") && draw(state).contains("└ inode"))
  }

  @Test func keyWithoutItsCapabilityIsRefusedInOneSentence() {
    var status = watchedDashboard(Size(width: 120, height: 40)).status
    status.source = SourceDescription(title: "The running kernel", capabilities: [.speed])
    var state = DashboardState(status: status, size: Size(width: 120, height: 40))
    _ = state.update(.refreshed(snapshot(second: 1), status, seconds: 1))
    #expect(press(&state, .character("m"), .character("1"), .character("Y"), .character("]")).isEmpty)
    #expect(state.notice?.text == "The running kernel does not replay a workload.")
    #expect(press(&state, .character(" ")).isEmpty && state.notice?.text == "The running kernel cannot be paused.")
    #expect(press(&state, .character("u")).isEmpty)
    #expect(state.notice?.text == "The running kernel does not report which CPU allocates and frees an object.")
    #expect(
      press(&state, .tab, .tab, .tab, .tab, .tab) == [.slabs, .pages, .ledger, .growth, .events].map { .show($0) })
  }

  @Test func pageInViewSaysThatAnotherPolicyLacksItsFigures() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = press(&state, .character("N"))
    var status = state.status
    status.source = SourceDescription(
      title: "The SLUB model", capabilities: SourceDescription.allocator.capabilities.subtracting([.generalCacheList]))
    _ = state.update(.refreshed(snapshot(second: 2), status, seconds: 1))
    #expect(
      draw(state).contains("The SLUB model has no list of general caches (gnodes). Y switches to the next policy."))
    #expect(!DashboardPage.available(from: status.source).contains(.generalCaches))
  }

  @Test func everyColumnSortsByItsFigure() {
    var state = watchedDashboard(Size(width: 400, height: 40))
    (state.columns, state.panes) = (CacheColumn.allCases, Panes(preset: .table))
    let text = draw(state)
    for column in CacheColumn.allCases { #expect(text.contains(column.title), "\(column)") }
    for column in CacheColumn.allCases where column.isSortable && column != .name {
      state.order.column = column
      _ = state.updateRows()
      let figures = state.rows.map {
        column.value(of: state.list.figures(of: $0, in: state.snapshot!), state.cacheRates)
      }
      // Unknown figures come last.
      let values = figures.map { $0.isNaN ? -1 : $0 }
      #expect(values == values.sorted(by: >), "\(column)")
    }
  }

  @Test func growthCoversLastMinute() {
    var history = GrowthHistory()
    var machine = snapshot(second: 0)
    for second in 0...90 {
      machine.caches[3].slabBytes = 100_000 + second * 1000
      if second == 80 { machine.caches.swapAt(0, 3) }
      history.add(machine, seconds: 1)
      if second == 80 { machine.caches.swapAt(0, 3) }
    }
    #expect((55_000...65_000).contains(history.growth(of: "kmalloc-1k")))
    #expect(history.growth(of: "TCP") == 0)
  }

  @Test func followedCacheRemainsSelectedUnderFilterAndRestart() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = press(&state, .down, .down, .character("F"))
    let name = state.selectedCache ?? ""
    #expect(state.followed == name && draw(state).contains(name + " followed"))
    _ = press(&state, [.character("/")] + "TCP".map { .character($0) } + [.enter])
    #expect(state.selectedCache == name && state.rows.map(\.name).contains(name))
    _ = state.update(.restarted)
    _ = state.update(.refreshed(snapshot(second: 0), state.status, seconds: 1))
    #expect(state.selectedCache == name)
    // While the followed cache is gone another one is selected; when it is back it is selected again.
    var without = snapshot(second: 1)
    without.caches.removeAll { $0.name == name }
    #expect(state.update(.refreshed(without, state.status, seconds: 1)).count == 1 && state.selectedCache != name)
    #expect(state.update(.refreshed(snapshot(second: 2), state.status, seconds: 1)) == [.watch(name)])
    // Moving the selection ends following.
    _ = press(&state, .up)
    #expect(state.followed == nil)
  }

  @Test(arguments: Panes.Preset.allCases, [(120, 40), (80, 24), (60, 15), (200, 60)])
  func everyLayoutFitsEverySize(preset: Panes.Preset, size: (width: Int, height: Int)) throws {
    var state = sharingDashboard(Size(width: size.width, height: size.height))
    while state.panes.preset != preset { _ = press(&state, .character("p")) }
    _ = state.update(.exported("", isFailure: false))
    let layout = state.layout
    #expect(layout.panes.allSatisfy { layout.body.intersection($0.rect) == $0.rect })
    try expectGolden(draw(state), "layout-\(preset.rawValue)-\(size.width)x\(size.height)")
  }

  @Test func panesAreHiddenAndExpandedByKeys() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let (rows, body) = (state.layout.tableRows, state.layout.body.height)
    _ = press(&state, .character("B"))
    #expect(state.layout.panes.isEmpty && state.layout.tableRows > rows)
    _ = press(&state, .character("B"), .character("X"))
    #expect(state.layout.panes.map(\.rect) == [state.layout.body] && state.layout.tableRows == 0)
    #expect(press(&state, .down).count == 1 && draw(state).contains(state.selectedCache ?? "?"))
    _ = press(&state, .character("X"), .character("H"))
    #expect(state.layout.header.height == 4 && state.layout.body.height == body + 2)
    _ = press(&state, .character("P"))
    #expect(state.panes.preset == .overview && state.layout.header.height == 6)
  }

  @Test func pagesAndKeyBarCanBeClicked() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    func click(_ word: String, line: Int) -> [DashboardEffect] {
      let text = draw(state).split(separator: "\n", omittingEmptySubsequences: false)[line]
      let x = text.range(of: word).map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
      return state.update(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: line)))))
    }
    #expect(click("pages", line: 5) == [.show(.pages)] && state.view == .pages)
    #expect(click("caches", line: 5) == [.show(.caches)])
    #expect(click("Pause", line: 39) == [.setPaused(true)])
    #expect(click("Help", line: 39).isEmpty && state.mode == .help(offset: 0))
    _ = state.update(.input(.mouse(MouseEvent(.wheelDown, at: Point(x: 3, y: 3)))))
    #expect(state.mode == .help(offset: 3))
  }

  @Test func timeKeysSeekInARecordedHistory() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var status = state.status
    status.history = HistoryPosition(index: 3, count: 90, time: "2026-11-23 14:05:12")
    _ = state.update(.refreshed(snapshot(second: 3), status, seconds: 1))
    #expect(
      press(&state, .character("t"), .character("T"), .character("n")) == [.seek(.by(-1)), .seek(.by(1)), .seek(.end)])
    #expect(
      press(&state, [.character("J")] + "14:05:00".map { .character($0) } + [.enter]) == [.seek(.to(.clock(50_700)))])
    #expect(draw(state).contains("2026-11-23 14:05:12  4 of 90"))
    let snapshots = (10...20).map { (snapshot(second: $0), seconds: 1.0) }
    _ = state.update(.replayed(snapshots))
    #expect(state.snapshot == snapshot(second: 20) && state.cacheRates.allocations.rate(of: "kmalloc-1k") == 16_000)
  }

  @Test func slabsAreColouredByOwnerOrderAndAge() {
    var ages = SlabAges()
    let slabs = (0..<4).map { SlabSnapshot(pageFrameNumber: $0, order: 0, objects: 4, objectsInUse: 1) }
    ages.add(Array(slabs[..<2]), of: "a", seconds: 1)
    ages.add(Array(slabs[..<3]), of: "a", seconds: 1)
    ages.add(slabs, of: "a", seconds: 5)
    // Slabs of a cache's first list have an unknown age.
    #expect(slabs.map(ages.age) == [.older, .older, .tenSeconds, .second])
    ages.add(Array(slabs[2...]), of: "a", seconds: 30)
    #expect(slabs.map(ages.age) == [.second, .second, .minute, .minute])
    ages.add(slabs, of: "b", seconds: 1)
    #expect(slabs.map(ages.age) == [.older, .older, .older, .older])

    var state = sharingDashboard(Size(width: 120, height: 40))
    _ = press(&state, .down)
    #expect(draw(state).contains("█ kmalloc-1k  █ skbuff_head_cache  █ skbuff_small_head"))
    _ = press(&state, .character("V"))
    #expect(!draw(state).contains("█ kmalloc-1k"))
    _ = press(&state, .character("V"))
    #expect(draw(state).contains("█ under a second  █ under 10 s  █ under a minute  █ older"))
  }

  @Test func singleEventIsPlayedAndDescribed() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    #expect(press(&state, .character("]"), .character("}")) == [.play(events: 1), .play(events: 1000)])
    var details = MachineDetails()
    details.lastEvent = "tcp_v4_rcv freed an object of TCP on CPU 1"
    var status = state.status
    status.isPaused = true
    _ = state.update(.refreshed(snapshot(second: 21), status, seconds: 0, details: details))
    #expect(draw(state).contains("tcp_v4_rcv freed an object of TCP on CPU 1"))
    // The key bar below the description cannot be clicked.
    #expect(state.update(.input(.mouse(MouseEvent(.press(.left), at: Point(x: 1, y: 39))))).isEmpty)
    #expect(state.mode == .browsing)
  }

  private func draw(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) -> [DashboardEffect] { press(&state, keys) }

  private func press(_ state: inout DashboardState, _ keys: [Key]) -> [DashboardEffect] {
    keys.flatMap { state.update(.input(.key($0))) }
  }
}
