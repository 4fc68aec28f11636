import Profiles
import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Growth since the mark: by cache, by call site and by size class.
@Suite struct GrowthTests {
  /// Returns a dashboard that shows the growth page after 31 seconds. Slab memory of kmalloc-1k has grown by 1 MiB since second 30,
  /// and each context has 30 more live objects.
  private func grownDashboard(_ size: Size = Size(width: 120, height: 40), marks: Bool) -> DashboardState {
    var state = watchedDashboard(size, seconds: 0)
    for second in 1...30 {
      _ = state.update(.refreshed(snapshot(second: second), state.status, seconds: 1, details: everyDetail))
    }
    if marks { press(&state, .character("b")) }
    press(&state, .character("U"))
    refresh(&state, growth: 30)
    return state
  }

  private func refresh(_ state: inout DashboardState, growth: Int) {
    var machine = snapshot(second: 31)
    machine.caches[3].slabBytes += 1 << 20
    machine.caches[3].activeObjects += 512
    machine.caches[1].slabBytes -= 8192
    var details = everyDetail
    details.profile = someProfile(growth: growth)
    _ = state.update(.refreshed(machine, state.status, seconds: 1, details: details))
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) {
    for key in keys { _ = state.update(.input(.key(key))) }
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  @Test(arguments: [(160, 46), (120, 40), (80, 24), (60, 15)])
  func growthPageFitsEverySize(width: Int, height: Int) throws {
    let state = grownDashboard(Size(width: width, height: height), marks: true)
    try expectGolden(text(state), "growth-\(width)x\(height)")
  }

  @Test func growthPageIsReadableInASCIIWithoutColours() throws {
    let state = grownDashboard(Size(width: 100, height: 30), marks: false)
    try expectGolden(DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text(), "growth-ascii")
  }

  @Test func growthIsCountedFromTheMark() {
    let state = grownDashboard(marks: true)
    let caches = state.cacheGrowth
    #expect(caches.rows.map(\.name) == ["kmalloc-1k", "skbuff_small_head"])
    #expect(caches.rows.map(\.bytes) == [1 << 20, -8192] && caches.rows[0].objects == 512)
    #expect(caches.rows[0].bytesPerSecond == 1_048_576 && caches.bytes == 1 << 20 - 8192)
    #expect(caches.rows.map(\.percent) == [100, nil])
    let sites = state.siteGrowth?.rows
    #expect(sites?.map(\.name) == ["kmalloc_reserve", "dst_alloc", "__alloc_skb"])
    #expect(sites?.map(\.bytes) == [30 * (1024 + 2048), 30 * 256, 30 * 224])
    #expect(sites?.map(\.objects) == [60, 30, 30])
    #expect(text(state).contains("from 30.0s (mark) to 31.0s") && text(state).contains("+1.0 MiB"))
    #expect(text(state).contains("live objects since 30.0s"))
  }

  @Test func growthWithoutAMarkIsCountedFromTheStart() {
    let state = grownDashboard(marks: false)
    #expect(text(state).contains("from 0.0s (start) to 31.0s"))
    // The first profile is that of the first second.
    #expect(text(state).contains("live objects since 1.0s"))
  }

  @Test func markKeyMarksAndRemovesTheMark() {
    var state = grownDashboard(marks: true)
    #expect(state.notice == nil || state.marked != nil)
    press(&state, .character("b"))
    #expect(state.notice?.text == "31.0s is marked: U shows what grew since")
    #expect(state.cacheGrowth.rows.isEmpty && text(state).contains("No cache grew or shrank"))
    #expect(text(state).contains("No call site has more or fewer live objects than before"))
    press(&state, .character("b"))
    #expect(state.marked == nil && state.notice?.text == "The mark is removed: growth is counted from the start, 0.0s")
    #expect(text(state).contains("(start)"))
  }

  @Test func growthToAnEarlierMomentIsShownInTheOrderOfTime() {
    var state = grownDashboard(marks: false)
    press(&state, .character("b"), .character("t"))
    #expect(text(state).contains("from 30.0s to 31.0s (mark)") && text(state).contains("+1.0 MiB"))
    #expect(text(state).contains("of live objects compared with 31.0s"))
  }

  @Test func callSiteThatAllocatesNoLongerShrinks() {
    var state = grownDashboard(marks: true)
    var details = everyDetail
    details.profile = someProfile(of: Array(someContexts.prefix(3)))
    _ = state.update(.refreshed(snapshot(second: 32), state.status, seconds: 1, details: details))
    #expect(state.siteGrowth?.rows.map(\.name) == ["dst_alloc"] && state.siteGrowth?.rows.first?.bytes == -2560)
  }

  @Test func profilesOfTheCacheTableAreTheBaselineOfCallSites() {
    var state = watchedDashboard(Size(width: 120, height: 40), seconds: 0)
    _ = state.update(.refreshed(snapshot(second: 1), state.status, seconds: 1, details: everyDetail))
    // The profile is older than the marked moment, so that call sites are counted from the next profile on.
    for second in 2...6 { _ = state.update(.refreshed(snapshot(second: second), state.status, seconds: 1)) }
    press(&state, .character("b"), .character("U"))
    #expect(state.marked?.profile == nil && state.siteGrowth == nil)
    refresh(&state, growth: 3)
    #expect(state.marked?.profile?.time == "31.0s" && state.siteGrowth?.rows.isEmpty == true)
  }

  @Test func enterOpensTheCacheOrTheCallSite() {
    var state = grownDashboard(Size(width: 120, height: 60), marks: true)
    press(&state, .character("L"), .enter)
    let popup = text(state)
    for expected in [
      "kmalloc_reserve: Esc close", "growth since 30.0s", "+90.0 KiB, +60 objects", "960 in 1024 B", "kmalloc-2k",
      "31.0k allocated, 40 live", "remote frees",
    ] {
      #expect(popup.contains(expected), "\(expected) in \(popup)")
    }
    press(&state, .escape, .character("L"), .enter)
    #expect(state.view == .caches && state.selectedCache == "kmalloc-1k")
    press(&state, .escape)
    #expect(state.view == .growth)
  }

  @Test func sourceWithoutCallSitesShowsTheGrowthOfCachesOnly() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var status = state.status
    status.source = SourceDescription(title: "The running kernel", capabilities: [])
    press(&state, .character("U"))
    _ = state.update(.refreshed(snapshot(second: 21), status, seconds: 1))
    #expect(state.view == .growth && text(state).contains("The running kernel does not report call sites."))
  }

  @Test func callSitesAreSortedAndFilteredByGrowth() {
    var state = grownDashboard(marks: true)
    press(&state, .character("i"))
    refresh(&state, growth: 30)
    #expect(text(state).contains("Call sites; growth since 30.0s"))
    // From REQUESTED to GROWTH.
    press(&state, .character("<"), .character("<"))
    #expect(state.activeList?.list.rowIDs == ["kmalloc_reserve", "dst_alloc", "__alloc_skb"])
    for key in "/growth < 8K" { press(&state, .character(key)) }
    press(&state, .enter)
    #expect(state.activeList?.list.rowIDs == ["dst_alloc", "__alloc_skb"])
  }

  @Test func sizeClassHasItsGrowthAndItsCallSites() {
    var state = grownDashboard(Size(width: 160, height: 60), marks: true)
    press(&state, .character("z"))
    refresh(&state, growth: 30)
    for _ in 0..<10 where state.activeList?.list.selectedIndex != 3 { press(&state, .down) }
    press(&state, .enter)
    #expect(text(state).contains("Size class 1024") && text(state).contains("kmalloc_reserve  "))
    #expect(text(state).contains("40 live of 31.0k"))
    press(&state, .escape)
    #expect(text(state).contains("+30.0 KiB"))
  }

  @Test func slabsThatACallSitePinsAreInItsPopup() {
    var state = grownDashboard(Size(width: 120, height: 60), marks: false)
    press(&state, .character("i"))
    var details = everyDetail
    details.pinnedSlabs[0].pins[0].site = "kmalloc_reserve"
    _ = state.update(.refreshed(snapshot(second: 32), state.status, seconds: 1, details: details))
    press(&state, .enter)
    #expect(text(state).contains("kmalloc-2k @812") && text(state).contains("1 of 16 in use, allocated 12.3s ago"))
  }

  @Test func curvesAreBoundedAndBeginWithTheFirstProfile() {
    var history = LiveCurves()
    let contexts = (0..<300).map { ("site\($0)", "kmalloc-64", 60, 64, 20 + $0) }
    for point in 0..<1000 {
      let profile = someProfile(of: contexts, growth: point)
      if point % 100 < 10 { history.add(profile.rows(by: .site), profile, seconds: 1) } else { history.advance(1) }
    }
    let curve = history.liveBytes(ofSite: "site0")
    #expect(curve.first == 640 && !curve.isEmpty && curve.count < LiveCurves.pointCount)
    #expect((0..<300).count { !history.liveBytes(ofSite: "site\($0)").isEmpty } == LiveCurves.siteCount)
    #expect(history.liveBytes(ofSizes: 1...64).count == curve.count)
    #expect(LiveCurve.shortened(Array(0..<100)) == [7, 15, 24, 32, 40, 49, 57, 65, 74, 82, 90, 99])
  }
}
