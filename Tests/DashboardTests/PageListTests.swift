import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Keys and clicks on the lists of pages.
@Suite struct PageListTests {
  private static let listPages = DashboardPage.allCases.filter { !$0.listIDs.isEmpty }

  // MARK: The hidden cache table

  /// State of the cache table that keys on other pages must not change.
  private struct HiddenTable: Equatable {
    let order: CacheList.Order
    let selectedRow: CacheRow.ID?
    let selection: ListSelection
    let filter: String
    let followed: String?
    let columns: [CacheColumn]

    init(_ state: DashboardState) {
      (order, selectedRow, selection) = (state.order, state.selectedRow, state.selection)
      (filter, followed, columns) = (state.filter, state.followed, state.columns)
    }
  }

  @Test(arguments: DashboardPage.allCases.filter { $0 != .caches }, [(160, 46), (80, 24), (60, 15)])
  func keysOnAPageLeaveTheHiddenCacheTableUnchanged(page: DashboardPage, size: (width: Int, height: Int)) {
    let start = pageDashboard(page, Size(width: size.width, height: size.height))
    for binding in KeyMap.moving.bindings + KeyMap.table.bindings {
      for key in binding.keys {
        var state = start
        _ = press(&state, key)
        // Enter on some rows selects their cache and shows it.
        let showsCacheTable = binding.action == .fold && state.view != page
        #expect(HiddenTable(state) == HiddenTable(start) || showsCacheTable, "\(key.name) on \(page)")
        // Keys after it, which may be typed into a filter or act in a popup.
        _ = press(&state, .character("x"), .down, .character(">"))
        #expect(HiddenTable(state) == HiddenTable(start) || state.view != page, "\(key.name), x, Down, > on \(page)")
      }
    }
  }

  @Test(arguments: [
    (Key.down, "The ledger page has no list to move in."), (.pageUp, "The ledger page has no list to move in."),
    (.character("<"), "The ledger page has no list to sort."),
    (.character("I"), "The ledger page has no list to sort."),
    (.character("/"), "The ledger page has no list to filter."),
    (.enter, "The ledger page has no list to open a row of."), (.character("L"), "The ledger page has no list."),
    (.character("F"), "The ledger page has no cache to follow."), (.function(2), "The ledger page has fixed columns."),
  ])
  func pageWithoutAListSaysSo(key: Key, notice: String) {
    var state = pageDashboard(.ledger, Size(width: 120, height: 40))
    #expect(press(&state, key).isEmpty)
    #expect(state.notice?.text == notice && state.mode == .browsing)
    #expect(draw(state).contains(notice))
  }

  // MARK: Sorting and moving

  @Test(arguments: listPages, [(160, 46), (80, 24)])
  func everyVisibleColumnSortsInBothDirections(page: DashboardPage, size: (width: Int, height: Int)) throws {
    var state = pageDashboard(page, Size(width: size.width, height: size.height))
    // At 80x24 the slabs page has no room for its list.
    guard state.activeList != nil else { return #expect(page == .slabs && size.height == 24) }
    var sorted: Set<Int> = []
    for _ in 0..<20 {
      _ = press(&state, .character(">"))
      let list = try #require(state.activeList?.list)
      let column = try #require(list.sort?.column)
      sorted.insert(column)
      #expect(draw(state).contains(list.sort?.ascending == true ? "▲" : "▼") || list.columns[column].title.isEmpty)
      _ = press(&state, .character("I"))
      #expect(state.activeList?.list.sort?.ascending == !(list.sort?.ascending ?? true))
      _ = press(&state, .character("I"))
      #expect(state.activeList?.list.rowIDs == list.rowIDs)
    }
    let list = try #require(state.activeList)
    let visible = list.view.table.placements(in: list.view.tableFrame(in: list.rect).width).map(\.column)
    #expect(sorted == Set(visible.filter { list.list.columns[$0].isSortable }))
  }

  @Test func callSitesAreSortedSelectedAndKeptSelected() throws {
    var state = pageDashboard(.sites, Size(width: 120, height: 40))
    #expect(rowIDs(state) == ["kmalloc_reserve", "__alloc_skb", "dst_alloc"])
    _ = press(&state, .down, .character("<"))
    // The column before REQUESTED is ALLOCS.
    #expect(state.activeList?.list.sort == Table.Sort(column: 3, ascending: false))
    #expect(rowIDs(state) == ["__alloc_skb", "kmalloc_reserve", "dst_alloc"] && selectedID(state) == "__alloc_skb")
    #expect(draw(state).contains("Call sites") && draw(state).contains("1 of 3"))
    // The selection follows the row when its figures change.
    var details = everyDetail
    var contexts = someContexts
    contexts[0].4 = 11
    details.profile = someProfile(of: contexts)
    _ = state.update(.refreshed(snapshot(second: 32), state.status, seconds: 1, details: details))
    #expect(rowIDs(state).last == "__alloc_skb" && selectedID(state) == "__alloc_skb")
    // A row that is gone is replaced by the one at its position.
    contexts.removeFirst()
    details.profile = someProfile(of: contexts)
    _ = state.update(.refreshed(snapshot(second: 33), state.status, seconds: 1, details: details))
    #expect(selectedID(state) == "dst_alloc")
    // Sort order and selection are kept while another page is in view.
    _ = press(&state, .character("i"), .character("i"))
    #expect(state.view == .sites && selectedID(state) == "dst_alloc")
    #expect(state.activeList?.list.sort == Table.Sort(column: 3, ascending: false))
  }

  @Test func longListScrollsWithPositionAndScrollbar() {
    var state = pageDashboard(.sites, Size(width: 80, height: 24))
    var details = everyDetail
    details.profile = someProfile(of: (1...200).map { ("site_\($0)", "cache", 1000 - $0, 1000, 20) })
    _ = state.update(.refreshed(snapshot(second: 32), state.status, seconds: 1, details: details))
    #expect(draw(state).contains("1 of 200") && draw(state).contains("site_1 "))
    let visible = state.activeList.map { $0.view.visibleRows(in: $0.rect) } ?? 0
    _ = press(&state, .pageDown)
    #expect(selectedID(state) == "site_\(visible)")
    _ = press(&state, .end)
    #expect(draw(state).contains("200 of 200") && draw(state).contains("site_200"))
    _ = press(&state, .character("g"), .character("j"), .character("k"), .pageUp)
    #expect(selectedID(state) == "site_1")
    _ = state.update(.input(.mouse(MouseEvent(.wheelDown, at: Point(x: 3, y: 12)))))
    #expect(selectedID(state) == "site_4")
  }

  @Test func equalNamesAreSeparateRows() {
    var state = pageDashboard(.cpus, Size(width: 120, height: 40))
    var machine = snapshot(second: 32)
    machine.caches[1].name = machine.caches[0].name
    _ = state.update(.refreshed(machine, state.status, seconds: 1, details: everyDetail))
    _ = press(&state, .character("L"))
    let indices = (0..<3).map { _ -> Int? in
      defer { _ = press(&state, .down) }
      return state.activeList?.list.selectedIndex
    }
    #expect(indices == [0, 1, 2])
  }

  // MARK: Filter

  @Test func filterFindsRowsByNameAndFigures() {
    var state = pageDashboard(.sites, Size(width: 120, height: 40))
    _ = type(&state, "/C_skb")
    #expect(rowIDs(state) == ["__alloc_skb"] && draw(state).contains("1 of 1 (3 without filter)"))
    #expect(state.filter.isEmpty)
    _ = press(&state, .enter)
    #expect(draw(state).contains("Clear filter (C_skb)"))
    _ = press(&state, .escape)
    #expect(rowIDs(state).count == 3 && state.view == .sites)
    _ = type(&state, "/allocs > 1000 and not callsite ~ ^k") + press(&state, .enter)
    #expect(rowIDs(state) == ["__alloc_skb"])
    _ = press(&state, .escape) + type(&state, "//^dst/") + press(&state, .enter)
    #expect(rowIDs(state) == ["dst_alloc"])
    _ = press(&state, .escape) + type(&state, "/nothing") + press(&state, .enter)
    #expect(draw(state).contains("No call site matches \"nothing\"; Esc clears the filter"))
    // Each list has a filter of its own.
    _ = press(&state, .character("i"), .character("u"))
    #expect(state.activeFilter.isEmpty)
    _ = press(&state, .character("u"), .character("i"))
    #expect(state.activeFilter == "nothing")
  }

  @Test func invalidFilterKeepsThePromptOpen() {
    var state = pageDashboard(.sites, Size(width: 160, height: 46))
    _ = type(&state, "/wast > 1") + press(&state, .enter)
    #expect(state.mode == .filtering(TextField("wast > 1")) && rowIDs(state).count == 3)
    #expect(draw(state).contains("unknown field 'wast', expected one of: callsite live growth allocs"))
    _ = press(&state, .escape)
    #expect(state.mode == .browsing && state.activeFilter.isEmpty)
  }

  // MARK: Enter and Esc

  @Test(arguments: [
    (DashboardPage.sites, ["kmalloc_reserve: Esc close", "960 in 1024 B", "kmalloc-2k", "from 4 us", "remote frees"]),
    (.sizes, ["Size class 64", "serves requests of", "33 to 64 bytes", "40 bytes", "kmalloc-64"]),
    (.cpus, ["CPU 0: Esc close", "freed by another CPU", "cpu 3", "Magazines are counted by cache"]),
    (.pages, ["Order 0", "Pools by slabs of the order", "skbuff_head_cache"]),
    (.slabs, ["Object of", "first page @", "call site"]),
    (.comparison, ["difference", "power-of-two", "hemment", "slabs by order"]),
  ])
  func enterOpensTheFiguresOfTheRow(page: DashboardPage, texts: [String]) {
    var state = pageDashboard(page, Size(width: 160, height: 60))
    _ = press(&state, .enter)
    let screen = draw(state)
    for text in texts { #expect(screen.contains(text), "\(text) in \(screen)") }
    _ = press(&state, .down, .end, .home, .pageDown, .pageUp, .escape)
    #expect(state.mode == .browsing && state.view == page)
  }

  @Test func enterOnAPoolShowsItsOrders() {
    var state = pageDashboard(.pages, Size(width: 120, height: 60))
    _ = press(&state, .character("L"), .enter)
    #expect(draw(state).contains("Pool kmalloc-2k") && draw(state).contains("Slabs by order"))
  }

  @Test func enterOnAGeneralCacheSelectsItsCacheInTheTable() {
    var state = pageDashboard(.generalCaches, Size(width: 120, height: 40))
    _ = press(&state, .character("l")) + type(&state, "/TCP") + press(&state, .enter, .character("N"))
    _ = type(&state, "/1k") + press(&state, .enter)
    let effects = press(&state, .enter)
    #expect(effects == [.watch("kmalloc-1k"), .show(.caches)] && state.selectedCache == "kmalloc-1k")
    // The filter that hid the cache is cleared.
    #expect(state.filter.isEmpty && state.view == .caches)
    #expect(press(&state, .escape) == [.show(.generalCaches)] && state.activeFilter == "1k")
    _ = press(&state, .escape) + type(&state, "/96") + press(&state, .enter)
    #expect(press(&state, .enter).isEmpty && state.view == .generalCaches)
    #expect(state.notice?.text == "The cache table does not list kmalloc-96: it has no objects and no slabs.")
  }

  @Test func enterUnfoldsThePoolOfTheCache() {
    var state = sharingDashboard(Size(width: 120, height: 40))
    _ = press(&state, .character("E"), .character("u"), .character("L"))
    _ = type(&state, "/small_head") + press(&state, .enter)
    #expect(press(&state, .enter).contains(.show(.caches)) && state.selectedCache == "skbuff_small_head")
  }

  @Test func enterOnAShuffledCacheShowsItsSlabs() {
    var state = pageDashboard(.shuffler, Size(width: 120, height: 40))
    _ = press(&state, .character("l"), .down, .character("f"))
    _ = state.update(.refreshed(snapshot(second: 32), state.status, seconds: 1, details: everyDetail))
    #expect(press(&state, .enter) == [.watch("kmalloc-2k"), .show(.slabs)])
    #expect(press(&state, .escape) == [.show(.shuffler)])
    #expect(press(&state, .escape) == [.show(.caches)])
  }

  @Test func exportKeyActsOnTheCacheOfTheSelectedRow() {
    var state = pageDashboard(.shuffler, Size(width: 120, height: 40))
    #expect(press(&state, .character("x")) == [.exportCache("kmalloc-2k")])
    _ = press(&state, .character("i"))
    _ = state.update(.refreshed(snapshot(second: 32), state.status, seconds: 1, details: everyDetail))
    #expect(press(&state, .character("x")).isEmpty)
    #expect(state.notice?.text == "The sites page has no selected cache to export.")
  }

  // MARK: Several lists

  @Test func keysActOnTheFocusedOfTwoLists() throws {
    var state = pageDashboard(.pages, Size(width: 120, height: 46))
    #expect(state.activeList?.list.id == .orders)
    // A step beyond the last row goes to the next list, and back.
    _ = press(&state, .end, .down)
    #expect(state.activeList?.list.id == .pools && state.activeList?.list.selectedIndex == 0)
    _ = press(&state, .up)
    #expect(state.activeList?.list.id == .orders && selectedID(state) == "10")
    _ = press(&state, .character("L"), .end, .down)
    #expect(state.activeList?.list.id == .pools)
    // A click selects the list and the row; a click on a heading sorts.
    let orders = try #require(DashboardView.placedLists(of: state).first)
    let frame = orders.view.tableFrame(in: orders.rect)
    click(&state, frame.minX + 1, frame.minY + 3)
    #expect(state.activeList?.list.id == .orders && selectedID(state) == "2")
    click(&state, frame.minX + 1, frame.minY)
    #expect(state.activeList?.list.sort == Table.Sort(column: 0, ascending: false))
    // A second click on the selected row opens it.
    let row = try #require(state.activeList?.list.selectedIndex)
    click(&state, frame.minX + 1, frame.minY + 1 + row)
    #expect(state.mode == .detail(.orders, rowID: "2", offset: 0))
  }

  // MARK: Help and key bar

  @Test(arguments: listPages)
  func helpNamesTheKeysThatActOnThePage(page: DashboardPage) {
    var state = pageDashboard(page, Size(width: 200, height: 60))
    _ = press(&state, .character("h"))
    let help = draw(state)
    for id in state.view.listIDs {
      #expect(help.contains("Keys in the list of \(id.noun)") && help.contains(id.enterHelp), "\(id)")
    }
  }

  @Test func keyBarShowsTheKeysOfThePage() {
    func bar(_ page: DashboardPage) -> String {
      draw(pageDashboard(page, Size(width: 200, height: 46))).split(separator: "\n").last.map(String.init) ?? ""
    }
    #expect(bar(.sites).contains("EnterOpen") && !bar(.sites).contains("LList") && !bar(.sites).contains("F2Columns"))
    #expect(bar(.pages).contains("LList") && bar(.events).contains("KSeverity"))
    #expect(!bar(.ledger).contains("/Filter") && !bar(.ledger).contains("<>Sort"))
    #expect(bar(.caches).contains("F2Columns") && !bar(.caches).contains("EnterOpen"))
  }

  @Test func settingsReplaceTheKeysOfLists() throws {
    var state = pageDashboard(.pages, Size(width: 120, height: 46))
    state.keys = try KeyBindings.standard(replacing: ["next-list": ["U"], "fold": ["v"], "severity": ["Q"]])
    _ = press(&state, .character("U"), .character("v"))
    #expect(state.mode == .detail(.pools, rowID: "kmalloc-2k", offset: 0))
    _ = press(&state, .escape, .character("L"), .enter)
    #expect(state.mode == .browsing && state.activeList?.list.id == .pools)
    _ = press(&state, .character("h"))
    #expect(draw(state).contains("  v               pools with slabs of the order"))
  }

  // MARK: Helpers

  private func rowIDs(_ state: DashboardState) -> [String] { state.activeList?.list.rowIDs ?? [] }

  private func selectedID(_ state: DashboardState) -> String? {
    guard let list = state.activeList?.list, let index = list.selectedIndex else { return nil }
    return list.rowIDs[index]
  }

  private func draw(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func click(_ state: inout DashboardState, _ x: Int, _ y: Int) {
    _ = state.update(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: y)))))
  }

  private func type(_ state: inout DashboardState, _ text: String) -> [DashboardEffect] {
    press(&state, text.map { .character($0) })
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) -> [DashboardEffect] { press(&state, keys) }

  private func press(_ state: inout DashboardState, _ keys: [Key]) -> [DashboardEffect] {
    keys.flatMap { state.update(.input(.key($0))) }
  }
}

/// Returns a dashboard that shows a page with all its details.
func pageDashboard(_ page: DashboardPage, _ size: Size) -> DashboardState {
  var state = comparedDashboard(size)
  if page != .caches { _ = state.update(.input(.key(.character(page.key)))) }
  var machine = snapshot(second: 31)
  (machine.policy, machine.caches[4].slabs) = ("power-of-two", 42)
  var compared = machine
  compared.policy = "hemment"
  compared.caches[4].slabBytes /= 2
  _ = state.update(.refreshed(machine, state.status, seconds: 1, compared: compared, details: everyDetail))
  return state
}

extension PageListTests {
  @Test func unknownFreePagesAreNotShownAsZero() {
    var state = watchedDashboard(Size(width: 120, height: 46))
    var machine = snapshot(second: 21)
    machine.pageBlocksFreeByOrder = [Int](repeating: 0, count: 11)
    machine.unknownFigures.insert(.pageBlocksFreeByOrder)
    for index in machine.caches.indices {
      (machine.caches[index].orderPlan, machine.caches[index].fallbacksByOrder) = (nil, nil)
      machine.caches[index].unknownFigures.insert(.orderFallbacks)
    }
    _ = state.update(.input(.key(.character("r"))))
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
    let lines = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text().split(separator: "\n")
    #expect(lines.contains { $0.contains("The allocator does not report free pages.") })
    #expect(lines.contains { $0.hasPrefix("│ 0                 -         -       51 204.0 KiB") })
    #expect(lines.contains { $0.contains("kmalloc-2k") && $0.contains("2:71 1:12 0:17") && $0.contains("-        0") })
  }
}
