import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct ScreenTests {
  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60), (40, 10), (20, 3)])
  func screenFitsEverySize(width: Int, height: Int) throws {
    let state = watchedDashboard(Size(width: width, height: height))
    let canvas = DashboardView.draw(state, theme: .midnight, glyphs: .unicode)
    try expectGolden(canvas.text(), "screen-\(width)x\(height)")
  }

  @Test func screenIsReadableInASCIIWithoutColours() throws {
    let state = watchedDashboard(Size(width: 100, height: 30))
    try expectGolden(DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text(), "screen-ascii")
  }

  @Test func everyModeIsVisibleOnScreen() throws {
    var state = watchedDashboard(Size(width: 100, height: 30))
    _ = state.update(.input(.key(.function(1))))
    try expectGolden(DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text(), "help")
    _ = state.update(.input(.key(.escape)))
    _ = state.update(.input(.key(.character("e"))))
    #expect(lastLine(state).contains("j JSON") && lastLine(state).contains("v screen: SVG"))
    _ = state.update(.input(.key(.escape)))
    for key in "/nothing" { _ = state.update(.input(.key(.character(key)))) }
    #expect(lastLine(state).contains("Filter: nothing"))
    #expect(text(state).contains("No cache matches \"nothing\""))
    _ = state.update(.input(.key(.escape)))
    _ = state.update(.exported("wrote /tmp/x.json", isFailure: false))
    #expect(lastLine(state).contains("wrote /tmp/x.json"))
    var status = state.status
    status.isPaused = true
    (status.stampMismatches, status.firstMismatch) = (1, "object of kmalloc")
    _ = state.update(.refreshed(snapshot(second: 21), status, seconds: 1))
    #expect(text(state).contains("PAUSED") && text(state).contains("1 damaged objects, the first: object of kmalloc"))
  }

  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60)])
  func comparisonPageFitsEverySize(width: Int, height: Int) throws {
    var state = comparedDashboard(Size(width: width, height: height))
    _ = state.update(.input(.key(.character("c"))))
    try expectGolden(
      DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text(), "comparison-\(width)x\(height)")
    _ = state.update(.input(.key(.character("c"))))
    #expect(width < 120 || text(state).contains("hemment policy would use"))
  }

  @Test func comparisonIsReadableInASCIIAndShowsWhyAPolicyIsMissing() throws {
    var state = comparedDashboard(Size(width: 120, height: 30))
    _ = state.update(.input(.key(.character("c"))))
    try expectGolden(DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text(), "comparison-ascii")
    var status = state.status
    status.comparisonNotice = "hemment catches up: 43 %"
    _ = state.update(.refreshed(snapshot(second: 31), status, seconds: 1))
    #expect(text(state).contains("hemment catches up: 43 %"))
  }

  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60)])
  func sizesPageFitsEverySize(width: Int, height: Int) throws {
    var state = watchedDashboard(Size(width: width, height: height))
    #expect(state.update(.input(.key(.character("z")))) == [.show(.sizes)])
    var details = MachineDetails()
    details.sizes = someSizes
    _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, details: details))
    let glyphs = width == 80 ? GlyphSet.ascii : .unicode
    try expectGolden(DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text(), "sizes-\(width)x\(height)")
    #expect(state.update(.input(.key(.character("d")))) == [.advise])
    #expect(state.update(.input(.key(.character("D")))) == [.applyAdvice])
    #expect(state.update(.input(.key(.character("z")))) == [.show(.caches)])
  }

  @Test(arguments: DashboardPage.allCases, [(120, 40), (80, 24), (60, 15), (200, 60)])
  func everyPageFitsEverySize(page: DashboardPage, size: (width: Int, height: Int)) throws {
    var state = comparedDashboard(Size(width: size.width, height: size.height))
    if page != .caches { #expect(state.update(.input(.key(.character(page.key)))) == [.show(page)]) }
    _ = state.update(.refreshed(snapshot(second: 31), state.status, seconds: 1, details: everyDetail))
    let glyphs = size.width == 80 ? GlyphSet.ascii : .unicode
    let text = DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text()
    if page != .comparison { try expectGolden(text, "page-\(page.rawValue)-\(size.width)x\(size.height)") }
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == size.height)
  }

  @Test func tabShowsPagesInOrder() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let shown = DashboardPage.allCases.map { _ in state.update(.input(.key(.tab))) }
    #expect(shown == (DashboardPage.allCases.dropFirst() + [.caches]).map { [.show($0)] })
    #expect(state.update(.input(.key(.backtab))) == [.show(.comparison)])
  }

  @Test func roundingIsSummedByClass() {
    let sizes = LiveSizes(sizes: [.init(bytes: 60, objects: 2), .init(bytes: 100, objects: 1)], classes: [64, 128])
    #expect(sizes.usedClasses(of: [64, 128]).map(\.roundingBytes) == [8, 28])
    #expect(abs(sizes.roundingShare(of: [64, 128]) - 36.0 / 256) < 1e-12 && sizes.roundingShare(of: [104]) > 0)
    #expect(LiveSizes(sizes: [], classes: [8]).roundingShare(of: [8]) == 0)
  }

  @Test func sizesTitleStatesHowManyRequestsWereRoundedUp() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var details = MachineDetails()
    details.sizes = someSizes
    #expect(details.sizes?.roundingNote == nil)
    details.sizes?.unknownUseObjects = 240
    _ = state.update(.input(.key(.character("z"))))
    _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, details: details))
    #expect(
      text(state).contains("by requested size; 240 skb data buffers with unknown use: the kernel rounds them up first"))
    details.sizes?.knownUseObjects = 720
    _ = state.update(.refreshed(snapshot(second: 22), state.status, seconds: 1, details: details))
    #expect(text(state).contains("by requested size; skb data by bytes in use, known of 75%"))
  }

  @Test func ledgerTitleStatesBytesWithUnknownRounding() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = state.update(.input(.key(.character("v"))))
    var hidden = snapshot(second: 21)
    hidden.unknownUseBytes = 3 << 20
    _ = state.update(.refreshed(hidden, state.status, seconds: 1, details: MachineDetails()))
    #expect(state.view == .ledger && text(state).contains("; skb data 3.0 MiB with unknown rounding"))
  }

  @Test func pickerListsMatchingWorkloads() throws {
    var state = watchedDashboard(Size(width: 100, height: 30))
    for key in "wbu" { _ = state.update(.input(.key(.character(key)))) }
    try expectGolden(DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text(), "picker")
  }

  @Test func screenWithoutSnapshotIsWaiting() {
    let status = watchedDashboard(Size(width: 80, height: 24)).status
    let state = DashboardState(status: status, size: Size(width: 80, height: 24))
    #expect(text(state).contains("Waiting for the first events"))
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func lastLine(_ state: DashboardState) -> String {
    text(state).split(separator: "\n").last.map(String.init) ?? ""
  }
}
